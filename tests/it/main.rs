mod extractive;
mod prices;
mod provider_faults;
mod providers;
mod support;
