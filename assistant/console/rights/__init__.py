"""The pages of data rights: what is kept, for how long, shown to the carer it is about, erased when asked."""
