/// Tokenizer training and corpus encoding as Apache Spark jobs, with the results of a single machine, byte for byte.
///
/// Start with [inkling.spark.SparkTokenizerJobs].
@NullMarked
package inkling.spark;

import org.jspecify.annotations.NullMarked;
