"""Figures of governance that can be measured again by anybody: `kith bench audit`, `kith bench pack`."""
