//! A rule with its vectors, its clock and its decay mask.

use std::ops::Range;

use backprop_registry::OptionError;
use backprop_tensor::{Cut, Role, Scalar, Span, for_each_piece};

use crate::{Clock, Decay, Optimizer, RestoreError, Rule, Slots, Tick};

/// An [`Optimizer`] made of an update [`Rule`]: it owns the rule's vectors and the clock, and knows which parameters decay.
///
/// Weight decay acts on weights and embeddings; biases and the scales and shifts of normalisations are left alone unless
/// `decay_all` is set.
///
/// ```
/// use backprop_optimizers::{Optimizer, Sgd, Stepper, Tick};
/// use backprop_tensor::{Role, Span};
/// let spans = [Span::new("w", &[1], Role::Weight), Span::new("b", &[1], Role::Bias).after(1)];
/// let rule = Sgd { weight_decay: 0.5, ..Sgd::default() };
/// let mut sgd = Stepper::new(rule, &spans, false)?;
/// let mut params = [1.0, 1.0];
/// sgd.step(Tick::rate(0.5), &mut params, &[0.0, 0.0]);
/// assert_eq!(params, [0.75, 1.0]);                                       // the bias does not decay
/// # Ok::<(), backprop_registry::OptionError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Stepper<R, T = f32> {
    rule: R,
    /// What holds until the next tick; its `t` is the number of ticks so far.
    clock: Clock,
    len: usize,
    stretches: Vec<Stretch>,
    slots: [Vec<T>; 3],
}

/// A part of the flat vector that decays or does not; it begins where the one before ends.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    end: usize,
    decays: bool,
}

impl<R: Rule, T: Scalar> Stepper<R, T> {
    /// An optimizer for the parameters that `spans` describe.
    ///
    /// # Errors
    /// If a setting of the rule is out of range, or settings do not go together.
    ///
    /// # Panics
    /// If the spans do not follow one another without gap from 0.
    pub fn new(rule: R, spans: &[Span], decay_all: bool) -> Result<Self, OptionError> {
        rule.check()?;
        Ok(Self::of_checked(rule, spans, decay_all))
    }

    pub(crate) fn of_checked(rule: R, spans: &[Span], decay_all: bool) -> Self {
        // Without decay all stretches are alike.
        let some_decay = rule.decay().weight() != 0.0;
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut len = 0;
        for span in spans {
            assert!(span.range.start == len, "`{}` does not begin where the span before it ends, at {len}", span.name);
            len = span.range.end;
            let decays = some_decay && (decay_all || matches!(span.role, Role::Weight | Role::Embedding));
            match stretches.last_mut() {
                Some(last) if last.decays == decays => last.end = len,
                _ => stretches.push(Stretch { end: len, decays }),
            }
        }
        let initial = T::from_f64(rule.initial());
        let slots = rule.slots().map(|name| if name.is_some() { vec![initial; len] } else { Vec::new() });
        let clock = Clock { t: 0, rate: rule.rate(), momentum: None, decay: rule.decay(), corrections: [1.0; 2] };
        Self { rule, clock, len, stretches, slots }
    }

    /// The rule and its settings.
    pub fn rule(&self) -> &R {
        &self.rule
    }
}

impl<R: Rule, T: Scalar> Optimizer<T> for Stepper<R, T> {
    fn tick(&mut self, Tick { rate, momentum }: Tick) {
        let t = self.clock.t + 1;
        let corrections = self.rule.corrections(t, momentum);
        self.clock = Clock { t, rate, momentum, corrections, ..self.clock };
    }

    fn update(&mut self, range: Range<usize>, params: &mut [T], gradients: &[T]) {
        assert!(self.clock.t > 0, "a step begins with a tick");
        assert!(range.end <= self.len, "parameters {range:?} of {}", self.len);
        assert!(params.len() == range.len() && gradients.len() == range.len(), "parameters and gradients of {range:?}");
        let start = range.start;
        let slots = self.slots.each_mut().map(|slot| slot.get_mut(range.clone()).unwrap_or_default());
        let pass = Pass { rule: self.rule, clock: self.clock, stretches: &self.stretches };
        // The formulas are elementwise, so cuts do not show.
        for_each_piece(Piece { start, params, gradients, slots }, |piece| pass.update(piece));
    }

    fn state(&self) -> Vec<(&'static str, &[T])> {
        self.rule.slots().into_iter().zip(&self.slots).filter_map(|(name, slot)| Some((name?, slot.as_slice()))).collect()
    }

    fn restore(&mut self, name: &str, values: &[T]) -> Result<(), RestoreError> {
        let names = self.rule.slots();
        let named =
            names.into_iter().zip(&mut self.slots).find_map(|(known, slot)| Some((known.filter(|k| *k == name)?, slot)));
        let Some((name, slot)) = named else {
            return Err(RestoreError::Unknown { name: name.to_owned(), known: names.into_iter().flatten().collect() });
        };
        if values.len() != slot.len() {
            return Err(RestoreError::Length { name, expected: slot.len(), got: values.len() });
        }
        slot.copy_from_slice(values);
        Ok(())
    }

    fn steps(&self) -> u64 {
        self.clock.t
    }

    fn set_steps(&mut self, steps: u64) {
        self.clock.t = steps;
        self.clock.corrections = self.rule.corrections(steps, self.clock.momentum);
    }
}

/// One update: what holds for all pieces.
struct Pass<'a, R> {
    rule: R,
    clock: Clock,
    stretches: &'a [Stretch],
}

/// The same part of all vectors; it begins at `start` of the flat vector.
struct Piece<'a, T> {
    start: usize,
    params: &'a mut [T],
    gradients: &'a [T],
    slots: Slots<'a, T>,
}

impl<R: Rule> Pass<'_, R> {
    /// Cuts where decay begins or ends.
    fn update<T: Scalar>(&self, piece: &mut Piece<'_, T>) {
        let first = self.stretches.partition_point(|stretch| stretch.end <= piece.start);
        for stretch in &self.stretches[first..] {
            if piece.params.is_empty() {
                return;
            }
            let Piece { params, gradients, slots, .. } = piece.split_front(stretch.end - piece.start);
            let decay = if stretch.decays { self.clock.decay } else { Decay::NONE };
            self.rule.update(Clock { decay, ..self.clock }, params, gradients, slots);
        }
    }
}

impl<T: Scalar> Cut for Piece<'_, T> {
    fn len(&self) -> usize {
        self.params.len()
    }

    fn split_front(&mut self, len: usize) -> Self {
        let params = self.params.split_front(len);
        let gradients = self.gradients.split_front(len);
        let slots = self.slots.each_mut().map(|slot| slot.split_front(len)); // one that is not in use is empty
        let start = self.start;
        self.start += params.len();
        Piece { start, params, gradients, slots }
    }
}
