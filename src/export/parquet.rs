//! Parquet: the columns of our tables, typed, for pandas, Polars, DuckDB, Spark and Hugging Face datasets.
//!
//! Texts are as they stand in the documents, to the byte. Figures are 32-bit floats; what is not known is
//! null. Compressed with gzip, which every reader knows.

use super::release;
use super::table::{Table, Value};
use parquet::basic::{Compression, GzipLevel, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, FloatType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::io::{self, Write};
use std::marker::PhantomData;
use std::sync::Arc;

/// A group of rows is written when it has so many: what readers decode at once, and we keep.
const GROUP_ROWS: usize = 50_000;

/// Or when its values have so many bytes.
const GROUP_BYTES: usize = 16 << 20;

/// Writes a Parquet file; it keeps one group of rows.
pub struct Writer<W: Write + Send, T> {
    of: PhantomData<T>,
    out: SerializedFileWriter<W>,
    group: Vec<Values>,
    rows: usize,
    bytes: usize,
}

/// The values of a column in the group, with 1 for each row that has one and 0 for each that has none.
enum Values {
    Texts(Vec<ByteArray>, Vec<i16>),
    Numbers(Vec<f32>, Vec<i16>),
}

fn empty_group<T: Table>() -> Vec<Values> {
    let empty = |value: &Value<T>| match value {
        Value::Number(_) => Values::Numbers(Vec::new(), Vec::new()),
        Value::Words(_) | Value::Fact(_) => Values::Texts(Vec::new(), Vec::new()),
    };
    T::COLUMNS.iter().map(|column| empty(&column.value)).collect()
}

impl<W: Write + Send, T: Table> Writer<W, T> {
    /// Begins a file.
    pub fn new(out: W) -> io::Result<Self> {
        let field = |(name, value): (&str, &Value<T>)| {
            let column = match value {
                Value::Number(_) => Type::primitive_type_builder(name, Physical::FLOAT),
                Value::Words(_) | Value::Fact(_) => Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
                    .with_logical_type(Some(LogicalType::String)),
            };
            column.with_repetition(Repetition::OPTIONAL).build().map(Arc::new)
        };
        let fields: Result<Vec<_>, _> = T::COLUMNS.iter().map(|column| field((column.name, &column.value))).collect();
        let schema = Type::group_type_builder(T::NAME).with_fields(fields?).build()?;
        let properties = WriterProperties::builder()
            .set_created_by(format!("korpu {}", release()))
            .set_compression(Compression::GZIP(GzipLevel::default()))
            .build();
        let out = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))?;
        Ok(Writer { of: PhantomData, out, group: empty_group::<T>(), rows: 0, bytes: 0 })
    }

    /// Takes a row.
    pub fn row<'r>(&mut self, row: &'r T::Row<'r>) -> io::Result<()> {
        for (column, values) in T::COLUMNS.iter().zip(&mut self.group) {
            match values {
                Values::Numbers(numbers, present) => {
                    let number = column.number(row);
                    present.push(number.is_some().into());
                    numbers.extend(number);
                }
                Values::Texts(texts, present) => {
                    let text = column.text(row);
                    present.push((!text.is_empty()).into());
                    self.bytes += text.len();
                    texts.extend((!text.is_empty()).then(|| ByteArray::from(text.as_bytes().to_vec())));
                }
            }
        }
        self.rows += 1;
        if self.rows >= GROUP_ROWS || self.bytes >= GROUP_BYTES { self.write_group() } else { Ok(()) }
    }

    fn write_group(&mut self) -> io::Result<()> {
        let mut group = self.out.next_row_group()?;
        for values in std::mem::replace(&mut self.group, empty_group::<T>()) {
            let Some(mut column) = group.next_column()? else { break };
            match values {
                Values::Texts(texts, present) => {
                    column.typed::<ByteArrayType>().write_batch(&texts, Some(&present), None)?
                }
                Values::Numbers(numbers, present) => {
                    column.typed::<FloatType>().write_batch(&numbers, Some(&present), None)?
                }
            };
            column.close()?;
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }

    /// Writes what is left and ends the file.
    pub fn finish(mut self) -> io::Result<()> {
        if self.rows > 0 {
            self.write_group()?;
        }
        self.out.finish()?;
        Ok(())
    }
}
