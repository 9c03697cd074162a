//! A panic is a line of the log like every other failure, with the ids of the work that it ended.

use std::panic::PanicHookInfo;

/// Has panics written to the log instead of being printed.
pub fn install() {
    std::panic::set_hook(Box::new(report));
}

/// Writes a panic down, once: whoever catches it says nothing more. What it says may quote a text, which the log takes
/// out.
pub fn report(info: &PanicHookInfo<'_>) {
    let said = info.payload_as_str().unwrap_or("without words");
    let at = info.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current();
    tracing::error!(code = "INTERNAL", error = said, at, thread = thread.name().unwrap_or_default(), "panicked");
}
