//! One schedule after another.

use backprop_registry::{Call, OptionError, OptionSpec, Options};

use super::multi_step::{MILESTONES, milestones, written_milestones};
use super::named::{Named, conflict};
use super::nested;
use crate::written::written;
use crate::{Plateau, Schedule, Tick};

/// One schedule after another, each with its steps counted from where it begins.
///
/// ```text
/// rate(t) = part(t − m)       m the last milestone ≤ t, or 0; part what begins there
/// ```
///
/// | option of `sequence` | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `schedules` | must be given | two or more, in brackets | what follows one after another |
/// | `milestones` | must be given | 1, 2, … ascending, one fewer | the step at which each but the first begins |
///
/// Read from text, every part has the same base rate, and a length that is left out reaches to the end of the part.
///
/// # Panics
/// `at` panics if there are no parts.
///
/// # Examples
/// ```
/// use backprop_optimizers::{Constant, Exponential, Schedule, Sequence, schedules};
/// let hold = Constant { base_rate: 0.8 };
/// let halve = Exponential { base_rate: 0.8, gamma: 0.5 };
/// let sequence = Sequence { parts: vec![(0, Box::new(hold)), (10, Box::new(halve))] };
/// assert_eq!([0, 9, 10, 12].map(|t| sequence.at(t).rate), [0.8, 0.8, 0.8, 0.2]);
///
/// let text = "sequence:schedules=[constant,[exponential:gamma=0.5]],milestones=[10]";
/// assert_eq!(sequence.call().to_string(), text);
/// assert_eq!(schedules().parse(text)?.build(0.8, 100).at(12), sequence.at(12));
/// # Ok::<(), backprop_registry::OptionError>(())
/// ```
///
/// # References
/// `SequentialLR` of PyTorch. <https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.SequentialLR.html>
#[derive(Debug)]
pub struct Sequence {
    /// The step at which each part begins, ascending from 0, and the part. A part with a [`plateau`](Schedule::plateau) stands
    /// last; elsewhere it stays at its first rate.
    pub parts: Vec<(u64, Box<dyn Schedule>)>,
}

const OPTIONS: [OptionSpec; 2] = [
    OptionSpec::text("schedules", "", "what follows one after another, such as [constant,[step:step_size=9]]").required(),
    OptionSpec { meaning: "the step at which each but the first begins, ascending, such as [30,80]", ..MILESTONES },
];

impl Schedule for Sequence {
    fn at(&self, step: u64) -> Tick {
        let begun = self.parts.partition_point(|&(start, _)| start <= step);
        let (start, part) = &self.parts[begun.saturating_sub(1)];
        part.at(step.saturating_sub(*start)) //                                    part(t − m)
    }

    fn call(&self) -> Call {
        let parts: Vec<String> = self.parts.iter().map(|(_, part)| nested::written_inside(&part.call())).collect();
        let milestones = written_milestones(self.parts.iter().skip(1).map(|&(start, _)| start));
        written(Self::NAME, &OPTIONS, [format!("[{}]", parts.join(",")).into(), milestones])
    }

    fn plateau(&self) -> Option<Plateau> {
        let (start, last) = self.parts.last()?;
        last.plateau().map(|plateau| plateau.after(*start))
    }
}

impl Named for Sequence {
    const NAME: &'static str = "sequence";
    const SUMMARY: &'static str = "one schedule after another, each with its steps counted anew";
    const OPTIONS: &'static [OptionSpec] = &OPTIONS;

    fn check(options: &Options) -> Result<(), OptionError> {
        let parts = nested::list(Self::NAME, options, "schedules")?;
        let milestones = milestones(Self::NAME, options)?;
        if parts.len() != milestones.len() + 1 {
            let (schedules, places) = (parts.len(), milestones.len());
            let reason = format!(
                "schedules has {schedules} parts and milestones {places}; every part but the first begins at a milestone"
            );
            return Err(conflict(Self::NAME, reason));
        }
        if milestones[0] == 0 {
            return Err(conflict(Self::NAME, "a milestone at step 0 leaves the first schedule no step; begin at 1 or later"));
        }
        let early = parts.iter().rev().skip(1).find(|part| part.build(0.0, 1).plateau().is_some());
        early.map_or(Ok(()), |part| {
            Err(conflict(Self::NAME, format!("{} goes on as long as the run; write it last", part.call().name)))
        })
    }

    fn build(options: &Options, base_rate: f64, total_steps: u64) -> Box<dyn Schedule> {
        let parts = nested::list(Self::NAME, options, "schedules").expect("`check` has read them");
        let starts = milestones(Self::NAME, options).expect("`check` has read them");
        let ends = starts.iter().copied().chain([total_steps]);
        let starts = [0].into_iter().chain(starts.iter().copied());
        let part = |((start, end), recipe): ((u64, u64), super::ScheduleRecipe)| {
            (start, recipe.build(base_rate, end.saturating_sub(start)))
        };
        Box::new(Self { parts: starts.zip(ends).zip(parts).map(part).collect() })
    }
}
