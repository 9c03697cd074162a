//! Files as they come out: byte for byte, read back by other libraries, with hostile and with any contents.

mod bounds;
mod exact;
mod hostile;
mod read_back;
mod round_trip;
