design_name = ["parity_sum", "step_counter"]
