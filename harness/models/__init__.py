"""Model backends (public): what a backend is, what it is asked and what it answers.

``Request`` and ``Completion`` are the whole interface of a model; docs/add-a-model.md shows how to plug one in.
``create_model`` makes one from its name, ``complete_with_retries`` is the one retry layer around it.

protocol           Model, the errors a model may raise, the adapter for a plug-in that only has ``complete``
registry           from a name on the command line to a Model
identity           what stands behind a model's name: the server that is asked, the code that asks it
listing            every backend, what it needs, what of that is missing
providers          the table of servers by name and of models' quirks (providers.toml; tables: how it is read)
endpoint           where a server is and with which key it is asked
retry              the one retry layer
limiter            requests at once, Retry-After for everybody, requests and tokens a minute
prices             what a reply costs (prices.toml); estimate: how many tokens a text is
secrets            keys of the environment are cut out of every reply and message
served             what every backend with a server behind it does with a reply (dialect: the parameters it takes)
transport          requests through a vendor's SDK
openai_compatible  any server that speaks OpenAI's protocols (openai_wire: chats; openai_responses: responses)
anthropic_messages, google_gemini  the protocols of Anthropic and Google
local_gguf         a GGUF file, by llama.cpp's server in this process
command            any program: prompt in, reply out (command_table: how it is called)
openai_batch       requests and replies as files
replay             answers from a JSONL file (stored: they stay there until they are asked for)
offline            reference, empty, faulty: no language models, for demonstrations and tests of the harness itself
"""

from harness.errors import BackendError, ConfigError
from harness.models.listing import Backend, installed_backends
from harness.models.protocol import (
    Model,
    ModelUnavailable,
    Needs,
    RateLimited,
    RetryKind,
    as_model,
    default_retry_kind,
    describe_model,
)
from harness.models.registry import ModelContext, create_model
from harness.models.retry import complete_with_retries
from harness.records.completion import Completion, Message, Request, TextPart, Usage

__all__ = [
    "Backend",
    "BackendError",
    "Completion",
    "ConfigError",
    "Message",
    "Model",
    "ModelContext",
    "ModelUnavailable",
    "Needs",
    "RateLimited",
    "Request",
    "RetryKind",
    "TextPart",
    "Usage",
    "as_model",
    "complete_with_retries",
    "create_model",
    "default_retry_kind",
    "describe_model",
    "installed_backends",
]
