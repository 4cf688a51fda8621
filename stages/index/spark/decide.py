"""Starts Spark and runs what the kernel's `decide` asks for: decide.py KERNEL SETTINGS...

KERNEL: the command that starts the kernel on this machine, or `-` for `kernel/goldpan-kernel` of the archive that `--archives kernel.tgz#kernel`
unpacks on every machine. SETTINGS: JSON documents of decide-settings.ts, one for each dataset; paths or s3:// addresses. There is no rule here: the statements are TypeScript's.
"""
import json
import os
import shlex
import subprocess
import sys
import tempfile
import threading

import pyspark
from pyspark import SparkFiles
from pyspark.sql import SparkSession

# Below the folder that Spark unpacks archives into, which is where it starts commands.
IN_ARCHIVE = "kernel/goldpan-kernel"

def end_with_input():
    """Ends this process with the one that started it, and Java and the kernels with this one."""
    while os.read(0, 1):
        pass
    os._exit(1)


if "GOLDPAN_ENDS_WITH_INPUT" in os.environ:
    threading.Thread(target=end_with_input, daemon=True).start()
kernel = None if sys.argv[1] == "-" else sys.argv[1]
if kernel:
    # Its start script would look for Spark beside the first Python of the PATH.
    os.environ["SPARK_HOME"] = os.path.dirname(pyspark.__file__)
spark = (
    SparkSession.builder.config("spark.sql.ansi.enabled", "true")
    .config("spark.sql.ansi.doubleQuotedIdentifiers", "true")
    .config("spark.sql.session.timeZone", "UTC")
    # Partitions above both 5 times the median and this size are divided among several tasks.
    .config("spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes", "16m")
    .config("spark.sql.adaptive.advisoryPartitionSizeInBytes", "16m")
    .getOrCreate()
)
context = spark.sparkContext
context.setLogLevel("ERROR")
is_one_machine = context.master.startswith("local[")
shared = tempfile.mkdtemp(prefix="goldpan-")
# Beside the settings: results between steps outlive a machine that is lost.
tables = None
made = 0
# Characters of a statement that name a job.
SHOWN = 120


def hadoop_path(path):
    found = spark._jvm.org.apache.hadoop.fs.Path(path)
    return found, found.getFileSystem(spark._jsc.hadoopConfiguration())


def describe(what):
    """Names the next jobs in Spark's pages and event log."""
    context.setJobDescription(what)


def read_text(path):
    return "".join(row[0] for row in spark.read.text(path, wholetext=True).collect())


def files(name, format, path):
    reader = spark.read.format(format)
    if format == "json":
        reader = reader.option("multiLine", "true")
    reader.load(path).createOrReplaceTempView(name)


def view(name, sql):
    spark.sql(sql).createOrReplaceTempView(name)


def table(name, sql):
    global made
    made += 1
    describe(name)
    frame = spark.sql(sql)
    if tables:
        path = f"{tables}/{made:04d}-{name}"
        frame.write.mode("overwrite").parquet(path)
        frame = spark.read.schema(frame.schema).parquet(path)
    else:
        frame = frame.localCheckpoint()
    # Columns of their own: one that comes from another table unchanged could not be told from it in a join of both.
    frame = frame.toDF(*frame.columns)
    frame.createOrReplaceTempView(name)
    # Rows are counted as they are: a query for it would have to be planned and compiled.
    return frame._jdf.queryExecution().toRdd().count()


def rows(sql):
    describe(" ".join(sql.split())[:SHOWN])
    return [list(row) for row in spark.sql(sql).collect()]


def share(name, text):
    global made
    # Spark sends a file to the other machines once: a second one needs another name.
    made += 1
    name = f"{made:04d}-{name}"
    path = os.path.join(shared, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    if is_one_machine:
        return path
    context.addFile(path)
    # The kernel of the archive is one folder below what is shared.
    return name if kernel else f"../{name}"


def write(sql, path):
    describe(path.rsplit("/", 1)[-1])
    frame = spark.sql(sql)
    frame.write.mode("overwrite").option("compression", "snappy").partitionBy("file").parquet(path)


def put(path, text):
    found, system = hadoop_path(path)
    stream = system.create(found, True)
    stream.write(bytearray(text.encode("utf-8")))
    stream.close()


def exists(path):
    found, system = hadoop_path(path)
    return system.exists(found)


KNOWN = {one.__name__: one for one in (files, view, table, rows, share, write, put, exists)}


def unpacked():
    for folder in (os.getcwd(), SparkFiles.getRootDirectory()):
        path = os.path.join(folder, IN_ARCHIVE)
        if os.path.exists(path):
            return path
    sys.exit(f"goldpan kernel: there is no {IN_ARCHIVE}: start the job with --archives kernel.tgz#kernel.")


command = shlex.split(kernel) if kernel else [unpacked()]


def decide(settings_path):
    """Returns the exit status of the kernel, which says on standard error what failed."""
    global tables
    tables = None if is_one_machine else settings_path.rsplit("/", 1)[0] + "/tables"
    child = subprocess.Popen([*command, "decide"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def answer(document):
        child.stdin.write(json.dumps(document) + "\n")
        child.stdin.flush()

    settings = json.loads(read_text(settings_path))
    if "partitions" in settings:
        spark.conf.set("spark.sql.shuffle.partitions", settings["partitions"])
    answer({"kernel": kernel or f"./{IN_ARCHIVE}", "parallelism": context.defaultParallelism, "settings": settings})
    for line in child.stdout:
        request = json.loads(line)
        try:
            result = {"ok": KNOWN[request.pop("do")](**request)}
        except Exception as error:
            result = {"error": " ".join(str(error).split("\n")[:4])[:2000]}
        answer(result)
    return child.wait()


def processor_seconds():
    """Returns what this process, Java, and all that both have started have used."""
    ticks = 0
    for pid in ("self", spark._jvm.java.lang.ProcessHandle.current().pid()):
        with open(f"/proc/{pid}/stat") as file:
            ticks += sum(int(field) for field in file.read().rsplit(")", 1)[1].split()[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


status = 0
for path in sys.argv[2:]:
    status = status or decide(path)
if is_one_machine and status == 0:
    print(f"goldpan: {processor_seconds():.1f} s of processor time", file=sys.stderr)
spark.stop()
sys.exit(status)
