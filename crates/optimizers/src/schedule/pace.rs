//! A schedule in a run.

use crate::{Plateau, PlateauState, RestoreError, Schedule, Tick};

/// A schedule in a run: what a training loop holds, whether the rate goes by the steps or by what is reported.
///
/// A closed form is asked again and again and hears no report. A schedule with a [`plateau`](Schedule::plateau) holds until that
/// begins; from there the [`Plateau`], which lives here, says the rate.
///
/// ```
/// use backprop_optimizers::{Pace, schedules};
/// let schedule = schedules().parse("warmup:warmup=2,start_factor=0.5,then=[reduce_on_plateau:factor=0.5,patience=0]")?;
/// let schedule = schedule.build(0.8, 100);
/// let mut pace = Pace::new(schedule.as_ref());
/// let rates = [0, 1, 2, 3, 4].map(|step| {
///     let rate = pace.at(step).rate;
///     pace.report(step + 1, 1.0);                                        // nothing ever gets better
///     rate
/// });
/// // On the ramp no report counts; the one after step 2 is the best so far, the one after step 3 is not better.
/// assert!(rates.iter().zip([0.4, 0.6, 0.8, 0.8, 0.4]).all(|(rate, expected)| (rate - expected).abs() < 1e-15));
/// # Ok::<(), backprop_registry::OptionError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Pace<'a> {
    schedule: &'a dyn Schedule,
    plateau: Option<Plateau>,
}

impl<'a> Pace<'a> {
    /// At the beginning of a run.
    pub fn new(schedule: &'a dyn Schedule) -> Self {
        Self { schedule, plateau: schedule.plateau() }
    }

    /// What holds during step `step`: 0, 1, …
    pub fn at(&self, step: u64) -> Tick {
        match &self.plateau {
            Some(plateau) if step >= plateau.start() => Tick::rate(plateau.rate()),
            _ => self.schedule.at(step),
        }
    }

    /// A metric after `steps` steps of the run. It counts if one of them had the rate of the plateau.
    pub fn report(&mut self, steps: u64, metric: f64) {
        if let Some(plateau) = &mut self.plateau
            && steps > plateau.start()
        {
            plateau.report(metric);
        }
    }

    /// What a checkpoint has to keep; nothing for a closed form.
    pub fn state(&self) -> Option<PlateauState> {
        self.plateau.as_ref().map(Plateau::state)
    }

    /// Puts back what [`state`](Self::state) gave.
    ///
    /// # Errors
    /// If one has a state and the other has none, or the state does not fit.
    pub fn restore(&mut self, state: Option<PlateauState>) -> Result<(), RestoreError> {
        match (&mut self.plateau, state) {
            (None, None) => Ok(()),
            (Some(plateau), Some(state)) => plateau.restore(state),
            (plateau, _) => Err(RestoreError::Schedule {
                schedule: self.schedule.call().to_string(),
                keeps: if plateau.is_some() { "keeps a state, but none" } else { "keeps no state, but one" },
            }),
        }
    }
}
