module stray; endmodule
