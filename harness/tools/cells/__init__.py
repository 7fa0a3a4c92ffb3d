"""The technology-neutral standard-cell library (Liberty and Verilog) and the script that writes both files."""
