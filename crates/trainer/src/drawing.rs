//! Small pictures in the terminal.

/// From white to black.
const SHADES: [char; 5] = [' ', '░', '▒', '▓', '█'];

/// A picture with more rows of pixels than this is drawn at half the size.
const TALLEST: usize = 16;

/// Blanks between pictures at least and at most.
const GAPS: (usize, usize) = (1, 4);

/// A grey picture with a line of text below.
#[derive(Debug)]
pub(crate) struct Picture {
    /// Row after row, from 0 to 1.
    pub(crate) pixels: Vec<f64>,
    /// What stands below.
    pub(crate) caption: String,
}

/// Draws pictures of `rows × columns` pixels side by side, as many as `width` has room for, but one at least. Also says how many.
///
/// A character is about twice as high as wide: a pixel is two of them, or one if there is no room. In a tall picture a character is
/// two pixels, one above the other.
pub(crate) fn side_by_side(pictures: &[Picture], (rows, columns): (usize, usize), width: usize) -> (usize, String) {
    let per_line = if rows > TALLEST { 2 } else { 1 };
    let per_pixel = if per_line == 1 && columns * 2 <= width { 2 } else { 1 };
    let caption = pictures.iter().map(|picture| picture.caption.chars().count()).max().unwrap_or(0);
    let cell = (columns * per_pixel).max(caption);
    let count = ((width + GAPS.0) / (cell + GAPS.0)).clamp(1, pictures.len().max(1));
    let gap = (width.saturating_sub(cell * count) / count.saturating_sub(1).max(1)).clamp(GAPS.0, GAPS.1);
    let mut text = String::new();
    let pictures = &pictures[..count.min(pictures.len())];
    for row in (0..rows).step_by(per_line) {
        let pixels = row * columns..(row + per_line).min(rows) * columns;
        let strips = pictures.iter().map(|picture| strip(&picture.pixels[pixels.clone()], columns, per_pixel));
        push_line(&mut text, strips, cell, gap);
    }
    push_line(&mut text, pictures.iter().map(|picture| picture.caption.clone()), cell, gap);
    (pictures.len(), text)
}

/// One line of a picture: the mean of one or more rows of pixels.
fn strip(pixels: &[f64], columns: usize, per_pixel: usize) -> String {
    let rows = (pixels.len() / columns) as f64;
    let mean = |column: usize| pixels[column..].iter().step_by(columns).sum::<f64>() / rows;
    let shade = |pixel: f64| SHADES[((pixel * SHADES.len() as f64) as usize).min(SHADES.len() - 1)];
    (0..columns).flat_map(|column| std::iter::repeat_n(shade(mean(column)), per_pixel)).collect()
}

fn push_line(text: &mut String, cells: impl Iterator<Item = String>, width: usize, gap: usize) {
    let cells: Vec<String> = cells.map(|cell| format!("{cell:<width$}")).collect();
    let line = cells.join(&" ".repeat(gap));
    text.push_str(line.trim_end());
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(pixels: &[f64]) -> Picture {
        Picture { pixels: pixels.to_vec(), caption: "it".to_owned() }
    }

    #[test]
    fn two_pictures_by_hand() {
        let pictures = [picture(&[0.0, 1.0, 0.5, 0.0]), picture(&[1.0, 0.0, 0.0, 0.25])];
        let drawn = |width| side_by_side(&pictures, (2, 2), width);
        assert_eq!(drawn(80), (2, "  ██    ██\n▒▒        ░░\nit      it\n".to_owned()));
        assert_eq!(drawn(9), (2, "  ██ ██\n▒▒     ░░\nit   it\n".to_owned()));
        assert_eq!(drawn(4), (1, "  ██\n▒▒\nit\n".to_owned()));
        assert_eq!(drawn(3), (1, " █\n▒\nit\n".to_owned()));
    }

    #[test]
    fn tall_pictures_are_drawn_at_half_the_size() {
        // 17 rows: two and two of them, and the last alone. The left column is white above black.
        let pixels: Vec<f64> = (0..17).flat_map(|row| [f64::from(row % 2), f64::from(row / 8)]).collect();
        let (drawn, text) = side_by_side(&[picture(&pixels)], (17, 2), 80);
        assert_eq!((drawn, text), (1, "▒\n▒\n▒\n▒\n▒█\n▒█\n▒█\n▒█\n █\nit\n".to_owned()));
    }
}
