//! The cells of a table as they are written, which reading as numbers would change: `007`, `1.50`.

use std::io::Read;

use backprop_data::Table;
use csv::StringRecord;
use flate2::read::MultiGzDecoder;

/// Header and rows of a text that was read as a table before.
#[derive(Debug)]
pub(crate) struct RawTable {
    pub(crate) delimiter: u8,
    pub(crate) header: StringRecord,
    pub(crate) rows: Vec<StringRecord>,
}

impl RawTable {
    /// A table of one column that counts from 0.
    pub(crate) fn numbered(name: &str, rows: usize) -> Self {
        let rows = (0..rows).map(|row| StringRecord::from(&[row.to_string()][..])).collect();
        Self { delimiter: b',', header: StringRecord::from(&[name][..]), rows }
    }

    /// The cells of `bytes`, which `table` was read from: that is what tells the delimiter.
    pub(crate) fn read(bytes: &[u8], table: &Table) -> Option<Self> {
        let mut inflated = Vec::new();
        let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
            MultiGzDecoder::new(bytes).read_to_end(&mut inflated).ok()?;
            &inflated
        } else {
            bytes
        };
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        [b',', b';', b'\t'].into_iter().find_map(|delimiter| {
            let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(bytes);
            let header = reader.headers().ok()?.clone();
            let fits = header.iter().map(str::trim).eq(table.names());
            let rows: Vec<StringRecord> = if fits { reader.records().collect::<Result<_, _>>().ok()? } else { return None };
            (rows.len() == table.rows()).then_some(Self { delimiter, header, rows })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stay_as_they_are() {
        let text = "\u{feff}id;x;\" n\"\r\n007;\"a;b\";1\r\n\r\n1.50;NA;2\r\n";
        let table = Table::from_csv(text.as_bytes(), "it").unwrap();
        let raw = RawTable::read(text.as_bytes(), &table).unwrap();
        assert_eq!((raw.delimiter, &raw.header[2], &raw.rows[0][0], &raw.rows[1][0]), (b';', " n", "007", "1.50"));
        assert_eq!((raw.rows.len(), &raw.rows[0][1], &raw.rows[1][1]), (2, "a;b", "NA"));
    }
}
