mod extractive;
mod prices;
mod providers;
mod support;
