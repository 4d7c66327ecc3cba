//! Schedules as options of schedules.

use backprop_registry::{Call, OptionError, Options};

use super::{ScheduleRecipe, schedules};

/// Nobody means more, and reading goes as deep as the text.
const DEEPEST: usize = 8;

/// How a call stands inside another one: brackets keep its commas together.
pub(super) fn written_inside(call: &Call) -> String {
    if call.options.is_empty() { call.to_string() } else { format!("[{call}]") }
}

/// The schedule in an option: a name, or a name with options in brackets.
pub(super) fn one(item: &'static str, options: &Options, option: &'static str) -> Result<ScheduleRecipe, OptionError> {
    let text = options.text(option);
    let inner = inside(text).unwrap_or(text);
    if !is_balanced(inner) {
        return Err(unbalanced(item, option, text, "a schedule, such as linear or [step:step_size=100,gamma=0.5]"));
    }
    schedules().parse(inner)
}

/// The schedules in an option: a list in brackets.
pub(super) fn list(item: &'static str, options: &Options, option: &'static str) -> Result<Vec<ScheduleRecipe>, OptionError> {
    let text = options.text(option);
    let Some(inner) = inside(text).filter(|inner| is_balanced(inner)) else {
        return Err(unbalanced(item, option, text, "a list of schedules, such as [constant,[step:step_size=100,gamma=0.5]]"));
    };
    let mut depth = 0_usize;
    let parts = inner.split(|c| {
        depth = deeper(depth, c).expect("the brackets are balanced");
        c == ',' && depth == 0
    });
    parts.map(|part| schedules().parse(inside(part).unwrap_or(part).trim())).collect()
}

fn inside(text: &str) -> Option<&str> {
    text.trim().strip_prefix('[')?.strip_suffix(']')
}

/// How many brackets are open after `c`; `None` if one closes that was not open.
fn deeper(depth: usize, c: char) -> Option<usize> {
    match c {
        '[' => Some(depth + 1),
        ']' => depth.checked_sub(1),
        _ => Some(depth),
    }
}

/// Whether every bracket has its partner, and schedules do not stand too deep in one another, with brackets or without.
fn is_balanced(text: &str) -> bool {
    let unbracketed = text.split(['[', ',', ']']).map(|part| part.matches(':').count()).max();
    unbracketed.is_none_or(|depth| depth <= DEEPEST)
        && text.chars().try_fold(0, |depth, c| deeper(depth, c).filter(|&depth| depth <= DEEPEST)) == Some(0)
}

fn unbalanced(item: &str, option: &'static str, text: &str, what: &str) -> OptionError {
    let expected = format!("{what}, every bracket with its partner and at most {DEEPEST} deep");
    OptionError::Unacceptable { item: item.to_owned(), option, value: text.to_owned(), expected }
}
