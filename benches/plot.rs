//! A plot of times on logarithmic axes, as SVG.

use std::fmt::Write;

/// Width and height of the picture, and what of it is left to the axes: left, right, top, bottom.
const SIZE: (f64, f64) = (820.0, 500.0);
const MARGINS: (f64, f64, f64, f64) = (96.0, 170.0, 64.0, 76.0);
/// Colours that differ in lightness too.
const COLOURS: [&str; 4] = ["#1f5fa8", "#c2511b", "#2f7d3a", "#7b3f98"];
/// The least distance of two labels.
const LINE: f64 = 20.0;

/// Some points, joined by a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Written at the end of the line.
    pub label: String,
    /// x and seconds, both greater than 0, by rising x.
    pub points: Vec<(f64, f64)>,
}

/// Times against a size, both on logarithmic axes: what grows like a power of the size is a straight line.
///
/// ```
/// use benches::{Plot, Series};
/// let series = vec![Series { label: "1 thread".to_owned(), points: vec![(1.0, 1e-3), (10.0, 1e-2)] }];
/// let plot = Plot { title: "Cost".to_owned(), x: "batch, samples", y: "time a step", slope: 1, series };
/// assert!(plot.svg().starts_with("<svg "));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// Above it all.
    pub title: String,
    /// What runs along the x axis, with its unit.
    pub x: &'static str,
    /// What runs along the y axis; the marks have their units.
    pub y: &'static str,
    /// The power of x that is hoped for: 1 or −1. A dashed line of that slope goes through the end of each series
    /// where most of the work is for a thread: the last point, or of −1 the first.
    pub slope: i32,
    /// What is drawn.
    pub series: Vec<Series>,
}

impl Plot {
    /// The picture: dark on white, in fonts of the reader.
    pub fn svg(&self) -> String {
        let points = || self.series.iter().flat_map(|series| &series.points);
        let (left, right, top, bottom) = MARGINS;
        let x_axis = Scale::of(points().map(|p| p.0), left, SIZE.0 - right, 1.08);
        let y_axis = Scale::of(points().map(|p| p.1), SIZE.1 - bottom, top, 1.3);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" font-family=\"system-ui, sans-serif\" font-size=\"15\" \
             fill=\"#222\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
            SIZE.0, SIZE.1
        );
        text(&mut svg, (left, 32.0), "font-size=\"18\" font-weight=\"600\"", &self.title);
        for (at, whole) in x_axis.marks() {
            let x = x_axis.place(at);
            line(&mut svg, &[(x, top), (x, y_axis.from)], if whole { GRID } else { FAINT });
            if whole || x_axis.is_short() {
                text(&mut svg, (x, y_axis.from + 22.0), "text-anchor=\"middle\"", &count(at));
            }
        }
        for (at, whole) in y_axis.marks() {
            let y = y_axis.place(at);
            line(&mut svg, &[(left, y), (x_axis.to, y)], if whole { GRID } else { FAINT });
            if whole || y_axis.is_short() {
                text(&mut svg, (left - 10.0, y + 5.0), "text-anchor=\"end\"", &duration(at));
            }
        }
        text(&mut svg, (f64::midpoint(left, x_axis.to), SIZE.1 - 24.0), "text-anchor=\"middle\"", self.x);
        let middle = f64::midpoint(top, y_axis.from);
        text(&mut svg, (24.0, middle), &format!("text-anchor=\"middle\" transform=\"rotate(-90 24 {middle})\""), self.y);
        let mut ends: Vec<(f64, f64, usize)> = Vec::new();
        for (i, series) in self.series.iter().enumerate() {
            let colour = COLOURS[i % COLOURS.len()];
            self.guide(&mut svg, series, colour, x_axis, y_axis);
            let places: Vec<_> = series.points.iter().map(|&(x, y)| (x_axis.place(x), y_axis.place(y))).collect();
            line(&mut svg, &places, &format!("stroke=\"{colour}\" stroke-width=\"2.5\""));
            for (x, y) in &places {
                let _ = writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{colour}\"/>");
            }
            ends.extend(places.last().map(|&(x, y)| (y, x, i)));
        }
        // Labels from the top down, each far enough below the one before.
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut above = f64::NEG_INFINITY;
        for (y, x, i) in ends {
            above = y.max(above + LINE);
            let colour = format!("fill=\"{}\" font-weight=\"600\"", COLOURS[i % COLOURS.len()]);
            text(&mut svg, (x + 12.0, above + 5.0), &colour, &self.series[i].label);
        }
        let wanted = if self.slope > 0 { "dashed: proportional" } else { "dashed: inversely proportional" };
        text(&mut svg, (SIZE.0 - 16.0, SIZE.1 - 24.0), "text-anchor=\"end\" fill=\"#666\"", wanted);
        svg + "</svg>\n"
    }

    /// The line of the slope that is hoped for, as far as there is room for it.
    fn guide(&self, svg: &mut String, series: &Series, colour: &str, x_axis: Scale, y_axis: Scale) {
        let Some((&first, &last)) = series.points.first().zip(series.points.last()) else { return };
        let (x, y) = if self.slope > 0 { last } else { first };
        let slope = f64::from(self.slope);
        let at = |to: f64| y * (to / x).powf(slope);
        let cut = |to: f64| x * (to / y).powf(1.0 / slope);
        let end = |to: f64| if at(to) < y_axis.low { (cut(y_axis.low), y_axis.low) } else { (to, at(to)) };
        let places = [first.0, last.0].map(end).map(|(x, y)| (x_axis.place(x), y_axis.place(y)));
        line(
            svg,
            &places,
            &format!("stroke=\"{colour}\" stroke-opacity=\"0.7\" stroke-width=\"1.5\" stroke-dasharray=\"7 5\""),
        );
    }
}

const GRID: &str = "stroke=\"#c4c4c4\"";
const FAINT: &str = "stroke=\"#ececec\"";

/// From numbers to places on the picture.
#[derive(Clone, Copy)]
struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// The scale that holds all `numbers`, with room to spare.
    fn of(numbers: impl Iterator<Item = f64> + Clone, from: f64, to: f64, spare: f64) -> Self {
        let low = numbers.clone().fold(f64::INFINITY, f64::min);
        let high = numbers.fold(0.0, f64::max);
        let (low, high) = if low <= high { (low, high) } else { (1.0, 10.0) };
        Self { low: low / spare, high: high * spare, from, to }
    }

    fn place(&self, number: f64) -> f64 {
        self.from + (number / self.low).ln() / (self.high / self.low).ln() * (self.to - self.from)
    }

    /// Whether there is room to write at every mark.
    fn is_short(&self) -> bool {
        self.high / self.low < 150.0
    }

    /// 1, 2 and 5 times each power of ten, and whether it is the power itself.
    fn marks(&self) -> Vec<(f64, bool)> {
        let powers = self.low.log10().floor() as i32..=self.high.log10().ceil() as i32;
        let marks = powers.flat_map(|power| [1.0, 2.0, 5.0].map(|digit| (digit * 10_f64.powi(power), digit == 1.0)));
        marks.filter(|(mark, _)| (self.low..=self.high).contains(mark)).collect()
    }
}

fn line(svg: &mut String, places: &[(f64, f64)], style: &str) {
    let points: Vec<String> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let _ = writeln!(svg, "<polyline points=\"{}\" fill=\"none\" {style}/>", points.join(" "));
}

fn text(svg: &mut String, (x, y): (f64, f64), style: &str, words: &str) {
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" {style}>{words}</text>");
}

/// A number of things, short.
fn count(number: f64) -> String {
    if number < 1000.0 { format!("{number:.0}") } else { format!("{:.0} 000", number / 1000.0) }
}

/// A time in the unit that suits it.
fn duration(seconds: f64) -> String {
    let units = [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")];
    // A hair more than the mark: 1e-3 may be a little less than that.
    let (unit, name) = units.into_iter().find(|(unit, _)| seconds * 1.000_001 >= *unit).unwrap_or((1e-9, "ns"));
    format!("{:.0} {name}", seconds / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(slope: i32) -> Plot {
        let series = |label: &str, factor| Series {
            label: label.to_owned(),
            points: [1.0, 10.0, 100.0].map(|x: f64| (x, factor * x.powi(slope))).to_vec(),
        };
        Plot {
            title: "a < b & c".to_owned(),
            x: "batch",
            y: "time",
            slope,
            series: vec![series("one", 1e-6), series("two", 1e-5)],
        }
    }

    #[test]
    fn a_power_law_lies_on_its_dashed_line() {
        for slope in [1, -1] {
            let svg = plot(slope).svg();
            let drawn = |marked: &str| -> Vec<&str> {
                let lines = svg.lines().filter(|line| line.starts_with("<polyline") && line.contains(marked));
                lines.map(|line| line.split('"').nth(1).unwrap()).collect()
            };
            let (dashed, lines) = (drawn("dasharray"), drawn("stroke-width=\"2.5\""));
            assert_eq!((dashed.len(), lines.len()), (2, 2));
            for (dashed, line) in dashed.iter().zip(lines) {
                let places: Vec<&str> = line.split(' ').collect();
                assert_eq!(dashed.split(' ').collect::<Vec<_>>(), [places[0], places[2]]);
            }
        }
    }

    #[test]
    fn words_do_not_break_the_picture() {
        assert!(plot(1).svg().contains("a &lt; b &amp; c"));
    }

    #[test]
    fn marks_are_written_short() {
        assert_eq!([1.0, 500.0, 20_000.0].map(count), ["1", "500", "20 000"]);
        assert_eq!([2e-9, 1e-6, 5e-4, 1e-3, 10.0].map(duration), ["2 ns", "1 µs", "500 µs", "1 ms", "10 s"]);
        let scale = Scale::of([1.0, 40.0].into_iter(), 0.0, 1.0, 1.0);
        assert_eq!(scale.marks(), [(1.0, true), (2.0, false), (5.0, false), (10.0, true), (20.0, false)]);
        assert_eq!((scale.place(1.0), scale.place(40.0)), (0.0, 1.0));
    }
}
