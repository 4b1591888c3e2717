"""Records that write themselves: from the council's file, the registers and live evidence, with gaps shown as gaps."""
