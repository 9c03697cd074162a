//! What the gate lets through and what it does not.

mod accepted;
mod exact;
mod fuzz;
mod given;
mod hostile;
mod hostile_functions;
mod names;
mod parameters;
mod stack;
