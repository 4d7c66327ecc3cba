//! Small pictures in the terminal.

/// From white to black.
const SHADES: [char; 5] = [' ', '░', '▒', '▓', '█'];

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

/// Draws pictures of `rows × columns` pixels side by side, as many as `width` has room for, but one at least.
///
/// A character is about twice as high as wide: a pixel is two of them, or one if there is no room.
pub(crate) fn side_by_side(pictures: &[Picture], (rows, columns): (usize, usize), width: usize) -> String {
    let per_pixel = if columns * 2 <= width { 2 } else { 1 };
    let caption = pictures.iter().map(|picture| picture.caption.chars().count()).max().unwrap_or(0);
    let cell = (columns * per_pixel).max(caption);
    let count = ((width + GAPS.0) / (cell + GAPS.0)).clamp(1, pictures.len().max(1));
    let gap = (width.saturating_sub(cell * count) / count.saturating_sub(1).max(1)).clamp(GAPS.0, GAPS.1);
    let mut text = String::new();
    let pictures = &pictures[..count.min(pictures.len())];
    for row in 0..rows {
        let strips = pictures.iter().map(|picture| strip(&picture.pixels[row * columns..][..columns], per_pixel));
        push_line(&mut text, strips, cell, gap);
    }
    push_line(&mut text, pictures.iter().map(|picture| picture.caption.clone()), cell, gap);
    text
}

fn strip(pixels: &[f64], per_pixel: usize) -> String {
    let shade = |pixel: &f64| SHADES[((pixel * SHADES.len() as f64) as usize).min(SHADES.len() - 1)];
    pixels.iter().flat_map(|pixel| std::iter::repeat_n(shade(pixel), per_pixel)).collect()
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
        assert_eq!(side_by_side(&pictures, (2, 2), 80), "  ██    ██\n▒▒        ░░\nit      it\n");
        assert_eq!(side_by_side(&pictures, (2, 2), 9), "  ██ ██\n▒▒     ░░\nit   it\n");
        assert_eq!(side_by_side(&pictures, (2, 2), 4), "  ██\n▒▒\nit\n");
        assert_eq!(side_by_side(&pictures, (2, 2), 3), " █\n▒\nit\n");
    }
}
