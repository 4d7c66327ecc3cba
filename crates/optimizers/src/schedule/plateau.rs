//! What a rate that goes by reports remembers.

use crate::{PlateauMode, ReduceOnPlateau, RestoreError, ThresholdMode};

/// A [`ReduceOnPlateau`] at work: its settings, the step at which it begins, and its state.
///
/// A metric goes in with [`report`](Self::report), the rate comes out of [`rate`](Self::rate). The [`state`](Self::state) is all
/// there is to save: put back with [`restore`](Self::restore) it goes on bit by bit.
///
/// ```
/// use backprop_optimizers::{Plateau, PlateauState, ReduceOnPlateau};
/// let mut plateau = Plateau::new(ReduceOnPlateau { factor: 0.5, patience: 0, ..ReduceOnPlateau::new(0.8) });
/// plateau.report(2.0);                                                   // the first is the best so far
/// plateau.report(2.0);                                                   // not better, and no patience
/// assert_eq!(plateau.rate(), 0.4);
/// assert_eq!(plateau.state(), PlateauState { rate: 0.4, best: Some(2.0), bad: 0, cooldown: 0 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plateau {
    settings: ReduceOnPlateau,
    start: u64,
    state: PlateauState,
}

/// What a [`Plateau`] remembers: all that a checkpoint needs of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlateauState {
    /// The rate that holds.
    pub rate: f64,
    /// The best metric so far; none before the first.
    pub best: Option<f64>,
    /// Bad reports in a row.
    pub bad: u64,
    /// Reports that are not counted as bad any more.
    pub cooldown: u64,
}

impl Plateau {
    /// At the beginning of a run.
    pub fn new(settings: ReduceOnPlateau) -> Self {
        let state = PlateauState { rate: settings.base_rate, best: None, bad: 0, cooldown: 0 };
        Self { settings, start: 0, state }
    }

    /// The same, so many steps later: for a schedule that puts others before it.
    pub fn after(self, steps: u64) -> Self {
        Self { start: self.start.saturating_add(steps), ..self }
    }

    /// What it goes by.
    pub fn settings(&self) -> &ReduceOnPlateau {
        &self.settings
    }

    /// The first step that has its rate; 0 unless others come before it.
    pub fn start(&self) -> u64 {
        self.start
    }

    /// The rate that holds.
    pub fn rate(&self) -> f64 {
        self.state.rate
    }

    /// Takes a metric to heart.
    pub fn report(&mut self, metric: f64) {
        let ReduceOnPlateau { factor, patience, cooldown, min_lr, eps, .. } = self.settings;
        let state = &mut self.state;
        if metric.is_finite() && state.best.is_none_or(|best| self.settings.is_better(metric, best)) {
            state.best = Some(metric);
            state.bad = 0;
        } else {
            state.bad = state.bad.saturating_add(1);
        }
        if state.cooldown > 0 {
            state.cooldown -= 1;
            state.bad = 0;
        }
        if state.bad > patience {
            let reduced = (state.rate * factor).max(min_lr); //                     max(rate·factor, min_lr)
            if state.rate - reduced > eps {
                state.rate = reduced;
            }
            state.cooldown = cooldown;
            state.bad = 0;
        }
    }

    /// What it remembers.
    pub fn state(&self) -> PlateauState {
        self.state
    }

    /// Puts back what [`state`](Self::state) gave.
    ///
    /// # Errors
    /// If the rate is not one that these settings lead to, or the best metric is not finite.
    pub fn restore(&mut self, state: PlateauState) -> Result<(), RestoreError> {
        let base_rate = self.settings.base_rate;
        if !(0.0..=base_rate).contains(&state.rate) {
            return Err(RestoreError::Rate { rate: state.rate.to_string(), base_rate: base_rate.to_string() });
        }
        if let Some(best) = state.best.filter(|best| !best.is_finite()) {
            return Err(RestoreError::Best { best: best.to_string() });
        }
        self.state = state;
        Ok(())
    }
}

impl ReduceOnPlateau {
    /// Whether a metric is so much better than the best before it that it counts.
    fn is_better(&self, metric: f64, best: f64) -> bool {
        let threshold = self.threshold;
        match (self.mode, self.threshold_mode) {
            (PlateauMode::Min, ThresholdMode::Rel) => metric < best * (1.0 - threshold),
            (PlateauMode::Min, ThresholdMode::Abs) => metric < best - threshold,
            (PlateauMode::Max, ThresholdMode::Rel) => metric > best * (1.0 + threshold),
            (PlateauMode::Max, ThresholdMode::Abs) => metric > best + threshold,
        }
    }
}
