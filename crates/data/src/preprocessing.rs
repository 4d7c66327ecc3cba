//! From a table to what a network learns from.

use backprop_tensor::{Matrix, Scalar, View, vectorize};
use serde::{Deserialize, Serialize};

use crate::feature::Remark;
use crate::{DataError, Dataset, Feature, Images, Outcome, StandardScaler, Table, Targets, Task, usable_rows};

/// How the columns of a table become the input and the target of a network: learned once, from training rows only, and saved with
/// the model.
///
/// Every column but the targets is a [`Feature`]; columns are found by name, so their order does not matter and further columns
/// are passed over. A column without any value in the training rows is left out. What was noticed stands in `notes`.
///
/// The pixels of an image share one unit, and so one mean and deviation: a pixel at the border that is hardly ever set would else
/// become enormous where it is.
///
/// Means, deviations, categories and what is filled in come from the training rows alone. Two things are asked of the whole table:
/// which columns are numbers, and which classes there are, so that every part of a split knows all of them.
///
/// ```
/// use backprop_data::{Preprocessing, Table, Targets};
/// let table = Table::from_csv("size,colour,y\n1,red,a\n3,blue,b\n100,red,b\n".as_bytes(), "some.csv")?;
/// let fitted = Preprocessing::fit(&table, &[0, 1], &["y".into()], None)?;      // row 2 is not for training
/// assert_eq!(fitted.input_names(), ["size", "colour = blue", "colour = red"]);
/// let x = fitted.transform::<f32>(&table, &[0, 1, 2])?;                        // mean 2, deviation 1
/// assert_eq!(x.as_slice(), &[-1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 98.0, 0.0, 1.0]);
/// assert_eq!(fitted.targets::<f32>(&table, &[0, 2])?, Targets::Classes(vec![0, 1]));
/// # Ok::<(), backprop_data::DataError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Saved")]
pub struct Preprocessing {
    /// The columns that the input is made of, in the order of its rows.
    pub features: Vec<Feature>,
    /// The columns to predict.
    pub outcome: Outcome,
    /// Rows and columns of the image that a sample is: that of features named `pixel_0_0`, `pixel_0_1`, … row by row.
    pub image: Option<(usize, usize)>,
    /// What the user should know: columns left out, constant columns, rows without target.
    pub notes: Vec<String>,
}

impl Preprocessing {
    /// Learns from the training rows. `task` is [found out](Task::of) if not given.
    ///
    /// # Errors
    /// If there are no training rows, a target is unknown, missing in a training row, has one class only or is not a number where
    /// one is needed, or no column is left to predict from.
    pub fn fit(table: &Table, training_rows: &[usize], target: &[String], task: Option<Task>) -> Result<Self, DataError> {
        let file = || table.source().to_owned();
        let usable = usable_rows(table, target)?;
        if training_rows.is_empty() {
            return Err(DataError::NoRows { file: file() });
        }
        for column in table.find(target.iter().map(String::as_str))? {
            if let Some(&row) = training_rows.iter().find(|&&row| column.is_missing(row)) {
                return Err(DataError::MissingTarget { file: file(), line: table.line(row), column: column.name.clone() });
            }
        }
        let task = task.map_or_else(|| Task::of(table, target, &usable), Ok)?;
        let outcome = Outcome::fit(table, target, &usable, training_rows, task)?;

        let (mut features, mut notes) = (Vec::new(), Vec::new());
        let (mut empty, mut constant) = (Vec::new(), Vec::new());
        if usable.len() < table.rows() {
            notes.push(format!("{} rows without a value in the target are left out", table.rows() - usable.len()));
        }
        for column in table.columns().iter().filter(|column| !target.contains(&column.name)) {
            let Some((feature, remark)) = Feature::fit(table, column, training_rows)? else {
                empty.push(column.name.as_str());
                continue;
            };
            features.push(feature);
            match remark {
                Remark::None => {}
                Remark::Constant => constant.push(column.name.as_str()),
                Remark::ManyCategories(note) => notes.push(note),
            }
        }
        if !empty.is_empty() {
            notes.push(format!("left out, without a value in the training rows: {}", empty.join(", ")));
        }
        if !constant.is_empty() {
            notes.push(format!("constant in the training rows: {}", constant.join(", ")));
        }
        if features.is_empty() {
            return Err(DataError::NoFeatures { file: file() });
        }
        let image = image(&features);
        if image.is_some() {
            Feature::share_scale(&mut features, table, training_rows)?;
        }
        Ok(Self { features, outcome, image, notes })
    }

    /// Learns from the training samples among images: the classes, and the mean and deviation of all pixels.
    ///
    /// The result is what [`fit`](Self::fit) learns from a table of the columns `pixel_0_0`, `pixel_0_1` … and `label`. The classes
    /// are the labels that occur, as text. If `class_names` are given, label 0 is the first of them, label 1 the second, unless all
    /// of them are numbers: then each is the class of the label that it names.
    ///
    /// ```text
    /// mean = Σ x / (k n)        scale = √(Σ (x − mean)² / (k n))        over the k pixels of the n training images
    /// ```
    ///
    /// # Errors
    /// If there are no training samples, there is one class only, two classes share a name, or a label stands for no class.
    ///
    /// # Panics
    /// If there is no such sample.
    pub fn fit_images(images: &Images, training: &[usize], class_names: Option<&[String]>) -> Result<Self, DataError> {
        if training.is_empty() {
            return Err(DataError::NoRows { file: images.source().to_owned() });
        }
        let outcome = Outcome::fit_labels(images, class_names)?;
        let StandardScaler { mean, scale } = StandardScaler::fit_columns(&images.pixels, training);
        let (rows, columns) = images.shape;
        let pixel = |i| Feature::Numeric { name: pixel_name(i, columns), fill: mean, mean, scale, missing_flag: false };
        let features = (0..rows * columns).map(pixel).collect();
        Ok(Self { features, outcome, image: Some(images.shape), notes: Vec::new() })
    }

    /// Rows of the input: how many numbers the network gets for a sample.
    pub fn inputs(&self) -> usize {
        self.features.iter().map(Feature::width).sum()
    }

    /// Rows of the output: how many numbers the network gives for a sample.
    pub fn outputs(&self) -> usize {
        self.outcome.outputs()
    }

    /// What is predicted.
    pub fn task(&self) -> Task {
        match self.outcome {
            Outcome::Classes { .. } => Task::Classification,
            Outcome::Numbers { .. } => Task::Regression,
        }
    }

    /// The names of the rows of the input.
    pub fn input_names(&self) -> Vec<String> {
        self.features.iter().flat_map(Feature::input_names).collect()
    }

    /// The input for some rows of a table: `(inputs, rows)`, one sample per column. The target columns need not be there.
    ///
    /// # Errors
    /// If columns are missing (the message names all of them and suggests the nearest names), or text stands where a number is
    /// needed (it names line and column).
    ///
    /// # Panics
    /// If the table has no such row.
    pub fn transform<T: Scalar>(&self, table: &Table, rows: &[usize]) -> Result<Matrix<T>, DataError> {
        let columns = table.find(self.features.iter().map(Feature::name))?;
        let inputs = self.inputs();
        let mut x = vec![T::ZERO; inputs * rows.len()];
        let mut first = 0;
        for (feature, column) in self.features.iter().zip(columns) {
            feature.write(table, column, rows, &mut x, inputs, first)?;
            first += feature.width();
        }
        Ok(Matrix::from_vec(inputs, rows.len(), x))
    }

    /// The targets for some rows of a table: numbers of classes, or standardised numbers `(outputs, rows)`.
    ///
    /// # Errors
    /// If a target column is not there, a value is missing, a class is unknown, or text stands where a number is needed; the
    /// message names line and column.
    ///
    /// # Panics
    /// If the table has no such row.
    pub fn targets<T: Scalar>(&self, table: &Table, rows: &[usize]) -> Result<Targets<T>, DataError> {
        self.outcome.targets(table, rows)
    }

    /// Input and targets for some rows of a table.
    ///
    /// # Errors
    /// Those of [`transform`](Self::transform) and [`targets`](Self::targets).
    pub fn dataset<T: Scalar>(&self, table: &Table, rows: &[usize]) -> Result<Dataset<T>, DataError> {
        Ok(Dataset::new(self.transform(table, rows)?, self.targets(table, rows)?))
    }

    /// Input and targets for images. The pixels are standardised where they are, so that they are never held twice.
    ///
    /// # Errors
    /// If they have another size than the images that were learned or no images were learned, a label stands for no class, or a
    /// pixel is beyond the range of `f32`.
    pub fn image_dataset(&self, mut images: Images) -> Result<Dataset<f32>, DataError> {
        let file = || images.source().to_owned();
        if self.image != Some(images.shape) {
            return Err(DataError::ImageShape { file: file(), found: images.shape, expected: self.image });
        }
        let classes = self.outcome.of_labels(&images)?;
        let scalers = self.pixel_scalers().ok_or(DataError::Damaged { reason: "a pixel is no number" })?;
        let (means, scales): (Vec<f64>, Vec<f64>) = scalers.iter().map(|scaler| (scaler.mean, scaler.scale)).unzip();
        for i in 0..images.len() {
            let pixels = &mut images.pixels.as_mut_slice()[i * means.len()..][..means.len()];
            if !standardise(pixels, &means, &scales) {
                return Err(images.too_large(i));
            }
        }
        Ok(Dataset::new(images.pixels, Targets::Classes(classes)))
    }

    /// The pixels of an image as they were before they were standardised, row by row; `None` if no images were learned.
    ///
    /// # Panics
    /// If `x` does not have one value for each pixel.
    pub fn restore_pixels<T: Scalar>(&self, x: &[T]) -> Option<Vec<f64>> {
        self.image?;
        let scalers = self.pixel_scalers()?;
        assert_eq!(x.len(), scalers.len(), "one value for each pixel");
        Some(scalers.iter().zip(x).map(|(scaler, x)| scaler.inverse(x.to_f64())).collect())
    }

    /// How each feature is scaled, if all are numbers without a flag, as pixels are.
    fn pixel_scalers(&self) -> Option<Vec<StandardScaler>> {
        let scaler = |feature: &Feature| match feature {
            &Feature::Numeric { mean, scale, missing_flag: false, .. } => Some(StandardScaler { mean, scale }),
            _ => None,
        };
        self.features.iter().map(scaler).collect()
    }

    /// Predicted numbers in the units of the table: `t = y · scale + mean`.
    ///
    /// # Shapes
    /// `y` and the result: `(outputs, batch)`.
    ///
    /// # Panics
    /// If classes are predicted, or `y` does not have one row for each target.
    pub fn restore<T: Scalar>(&self, y: View<'_, T>) -> Matrix<f64> {
        let Outcome::Numbers { mean, scale, .. } = &self.outcome else { panic!("classes have no units to restore") };
        assert_eq!(y.rows(), mean.len(), "one row for each target");
        let scaler = |i| StandardScaler { mean: mean[i], scale: scale[i] };
        Matrix::from_fn(y.rows(), y.cols(), |i, j| scaler(i).inverse(y.at(i, j).to_f64()))
    }
}

/// x ← (x − mean) / scale; whether all are finite still.
fn standardise(x: &mut [f32], means: &[f64], scales: &[f64]) -> bool {
    vectorize!({
        let scalers = means.iter().zip(scales).map(|(&mean, &scale)| StandardScaler { mean, scale });
        x.iter_mut().zip(scalers).for_each(|(x, scaler)| *x = scaler.value(f64::from(*x)) as f32);
    });
    x.iter().all(|x| x.is_finite())
}

/// The name of pixel `i` of an image, counted row by row.
fn pixel_name(i: usize, columns: usize) -> String {
    format!("pixel_{}_{}", i / columns, i % columns)
}

/// Rows and columns, if the features are `pixel_0_0`, `pixel_0_1` … of a whole image and nothing else.
fn image(features: &[Feature]) -> Option<(usize, usize)> {
    let Feature::Numeric { name, .. } = features.last()? else { return None };
    let (row, col) = name.strip_prefix("pixel_")?.split_once('_')?;
    let (rows, cols) = (row.parse::<usize>().ok()?.checked_add(1)?, col.parse::<usize>().ok()?.checked_add(1)?);
    let named = |(i, feature): (usize, &Feature)| matches!(feature, Feature::Numeric { name, missing_flag: false, .. } if *name == pixel_name(i, cols));
    (rows.checked_mul(cols) == Some(features.len()) && features.iter().enumerate().all(named)).then_some((rows, cols))
}

/// What stands in a file, before it is looked at.
#[derive(Deserialize)]
#[serde(rename = "Preprocessing")]
struct Saved {
    features: Vec<Feature>,
    outcome: Outcome,
    image: Option<(usize, usize)>,
    notes: Vec<String>,
}

impl TryFrom<Saved> for Preprocessing {
    type Error = DataError;

    fn try_from(saved: Saved) -> Result<Self, DataError> {
        let Saved { features, outcome, image, notes } = saved;
        let ensure = |holds, reason| if holds { Ok(()) } else { Err(DataError::Damaged { reason }) };
        let scales = |scale: f64| scale.is_finite() && scale > 0.0;
        ensure(!features.is_empty(), "it has no features")?;
        for feature in &features {
            match feature {
                Feature::Numeric { fill, mean, scale, .. } => {
                    ensure(fill.is_finite() && mean.is_finite() && scales(*scale), "a feature is not finite")?;
                }
                Feature::Categorical { categories, .. } => {
                    ensure(
                        !categories.is_empty() && categories.is_sorted_by(|a, b| a < b),
                        "the categories of a feature are not in order",
                    )?;
                }
            }
        }
        match &outcome {
            Outcome::Classes { classes, .. } => {
                let distinct: std::collections::BTreeSet<_> = classes.iter().collect();
                ensure(classes.len() >= 2 && distinct.len() == classes.len(), "it needs two or more different classes")?;
            }
            Outcome::Numbers { columns, mean, scale } => {
                let lengths = !columns.is_empty() && columns.len() == mean.len() && columns.len() == scale.len();
                ensure(lengths, "the targets do not have one mean and scale each")?;
                let finite = mean.iter().all(|mean| mean.is_finite()) && scale.iter().all(|&scale| scales(scale));
                ensure(finite, "a target is not finite")?;
            }
        }
        let inputs = features.iter().map(Feature::width).sum();
        let fits = image.is_none_or(|(rows, cols)| rows.checked_mul(cols) == Some(inputs));
        ensure(fits, "the image does not have one pixel for each input")?;
        Ok(Self { features, outcome, image, notes })
    }
}
