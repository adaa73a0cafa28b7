"""The command line. Results go to stdout, everything else to stderr; exit codes are in docs/reference/cli.md."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer
import typer.core

from cinoche import __version__
from cinoche.kit.errors import CinocheError, Conflict, Forbidden, Invalid, NotFound, Unauthorized, Unavailable
from cinoche.kit.text import printable

UNAVAILABLE: Final = 6
REFUSED: Final = 4

EXIT_CODES: Final[Sequence[tuple[type[CinocheError], int, str]]] = (
    (Invalid, 2, "what was asked cannot be done as it was asked"),
    (NotFound, 3, "there is no such thing"),
    (Conflict, 4, "it contradicts what is there: an ambiguous name, a folder or a port in use"),
    (Unauthorized, 5, "nobody is signed in"),
    (Forbidden, 5, "it is not allowed"),
    (Unavailable, UNAVAILABLE, "a part that it needs cannot answer now"),
)
"""Error -> exit code and its meaning; 0 is success, 1 a defect of ours, 130 Ctrl-C."""

app = typer.Typer(
    name="cinoche",
    help="A whole streaming service in one package. Start with: cinoche serve --demo",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
import_app = typer.Typer(no_args_is_help=True, help="Bring a catalogue in.")
app.add_typer(import_app, name="import")

media_app = typer.Typer(no_args_is_help=True, help="Make films playable, and keep them.")
app.add_typer(media_app, name="media")

model_app = typer.Typer(
    no_args_is_help=True, help="The versions of the recommender: which is served, and the way back."
)
app.add_typer(model_app, name="model")

experiments_app = typer.Typer(no_args_is_help=True, help="Try ways of recommending on a share of the profiles.")
app.add_typer(experiments_app, name="experiments")

DataOption = Annotated[
    Path | None, typer.Option("--data", help="The data folder.", envvar="CINOCHE_DATA_DIR", show_envvar=True)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, alone, on stdout.")]

EVALUATED: Final = "Models evaluated"
TUNED: Final = "Trials made"
DEFAULT_DATA_DIR: Final = Path("cinoche-data")


def main() -> None:
    """Run the command line; an error of ours becomes one clear message and its exit code."""
    try:
        app()
    except CinocheError as error:
        _say(f"cinoche: {error}")
        sys.exit(next((code for kind, code, _ in EXIT_CODES if isinstance(error, kind)), 1))
    except (PermissionError, IsADirectoryError, NotADirectoryError) as error:
        _say(f"cinoche: {error.filename}: {error.strerror}. Check that this user may read and write there.")
        sys.exit(UNAVAILABLE)
    except KeyboardInterrupt:
        _say("cinoche: stopped.")
        sys.exit(130)


@app.callback(invoke_without_command=True)
def _options(
    *, version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


@import_app.command("movielens")
def import_movielens(
    source: Annotated[str, typer.Argument(help="A folder or a zip of a MovieLens release, or: demo")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import titles, tags, ids and ratings from MovieLens (ml-latest-small, 1m, 10m, 25m, 32m, or `demo`)."""
    from cinoche.bootstrap import open_services
    from cinoche.jobs import imports

    with open_services(_settings(data), exclusive="an import") as services, _progress() as progress:
        report = imports.import_movielens(services, source, progress=progress)
    _print(report.as_dict(), report.lines(), as_json=as_json)


class _ListsFamilies(typer.core.TyperCommand):
    """A command whose help ends with the families of models, read only when somebody asks for help."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help, with the families as its last line."""
        from cinoche.recommend.families import FAMILIES, RANKER

        self.epilog = f"The families: {', '.join(FAMILIES)}. On top of what they say together: {RANKER}."
        super().format_help(ctx, formatter)


@app.command(cls=_ListsFamilies)
def train(
    families: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="The families of models to train; without names, the usual ones."),
    ] = None,
    data: DataOption = None,
    if_needed: Annotated[bool, typer.Option("--if-needed", help="Do nothing if the log has nothing new.")] = False,
    gate: Annotated[bool, typer.Option("--gate", help="Serve it only if it is no worse than what is served.")] = False,
    params: Annotated[
        Path | None, typer.Option("--params", help="A file of parameters, for this training and those that follow.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Train the recommender on everything in the log and publish the result.

    Families that are named stay the ones trained, by the server too, until others are named.
    """
    from cinoche.bootstrap import open_services
    from cinoche.jobs import training

    with open_services(_settings(data)) as services, _progress() as progress:
        if params is not None:
            training.choose_params(services.settings.artefacts, params)
        report = training.train(services, families or (), only_if_needed=if_needed, gate=gate, progress=progress)
    _print(report.as_dict(), report.lines(), as_json=as_json)
    if not report.promoted:
        raise typer.Exit(REFUSED)


@app.command()
def recommend(
    titles: Annotated[list[str], typer.Argument(help='Names or ids: "Heat", tt0113277, tmdb:949')],
    n: Annotated[int, typer.Option("-n", min=1, max=1000, help="How many titles.")] = 10,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List films like these; needs no server running, only a trained model, and knows what that knew.

    A title that was withdrawn since the last training may be among them; the site shows it to nobody.
    """
    from cinoche.bootstrap import recommend_offline

    answer = recommend_offline(_folder(data), titles, n=n)
    _print(answer.as_dict(), answer.lines(), as_json=as_json)


@app.command()
def evaluate(
    interactions: Annotated[Path, typer.Option("--interactions", help="Ratings: MovieLens csv/dat, csv or parquet.")],
    protocol: Annotated[str, typer.Option("--protocol", help="time, stream, fold-in, next, cold, alike or rating")],
    model: Annotated[list[str] | None, typer.Option("--model", help="A model to evaluate; repeatable.")] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The seed of every draw.")] = 0,
    learning: Annotated[
        list[str] | None,
        typer.Option("--learning", help="With stream, how soon others' events are learnt; repeatable."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="With stream, how many questions are asked at most.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--json", help="Write the report there, as JSON.")] = None,
    page: Annotated[Path | None, typer.Option("--markdown", help="Write the tables there, as Markdown.")] = None,
    params: Annotated[Path | None, typer.Option("--params", help="A file of parameters to evaluate with.")] = None,
    facts: Annotated[
        Path | None, typer.Option("--facts", help="With alike, what is known of the titles: a JSON object a line.")
    ] = None,
    track: Annotated[bool, typer.Option("--track", help="Keep it as runs of MLflow, in the data folder.")] = False,
    data: DataOption = None,
) -> None:
    """Measure the models on a file of ratings, by a protocol that ranks the whole catalogue (`rating` predicts)."""
    from cinoche.recommend.evaluation import LIMIT, markdown, table, tracking
    from cinoche.recommend.evaluation import evaluate as judge
    from cinoche.recommend.training.params_file import read_params

    for path, option in ((out, "--json"), (page, "--markdown")):
        if path is not None:
            _refuse_unless_writable(path, option)
    chosen = None if params is None else read_params(params)
    if track:
        tracking.check_installed()
    with _progress() as progress:
        report = judge(
            interactions,
            protocol,
            model or (),
            seed,
            learning=learning or ["live"],
            limit=limit or LIMIT,
            params=chosen,
            facts=facts,
            progress=lambda _stage, share: progress(EVALUATED, round(100 * share), 100),
        )
    if track:
        _say(f"cinoche: kept as {tracking.track(report, _folder(data), interactions.name, params=chosen)}")
    if out is not None:
        out.write_bytes(msgspec.json.format(msgspec.json.encode(report.as_dict()), indent=2) + b"\n")
    if page is not None:
        page.write_text(f"{markdown(report)}\n", encoding="utf-8")
    _write(table(report))


@app.command()
def tune(
    interactions: Annotated[Path, typer.Option("--interactions", help="Ratings: MovieLens csv/dat, csv or parquet.")],
    out: Annotated[Path, typer.Option("--out", help="The file of parameters to write; the search is kept beside it.")],
    protocol: Annotated[str, typer.Option("--protocol", help="time, fold-in, next or cold")] = "time",
    model: Annotated[list[str] | None, typer.Option("--model", help="A model to tune; repeatable.")] = None,
    trials: Annotated[int, typer.Option("--trials", min=1, help="How many trials a model gets, in all.")] = 20,
    minutes: Annotated[float, typer.Option("--minutes", min=0.01, help="How long it may take.")] = 10.0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The seed of every draw.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Look for better hyper-parameters on the validation slice alone; a search that was cut short goes on."""
    from cinoche.recommend.evaluation import read_ratings, tuning
    from cinoche.recommend.training.fit import SERVED
    from cinoche.recommend.training.params_file import write_params

    _refuse_unless_writable(out.with_suffix(".db"), "--out")
    with _progress() as progress:
        found = tuning.tune(
            read_ratings(interactions), protocol, model or SERVED, storage=f"sqlite:///{out.with_suffix('.db')}",
            trials=trials, minutes=minutes, seed=seed,
            progress=lambda _stage, share: progress(TUNED, round(100 * share), 100),
        )  # fmt: skip
    write_params(out, found.params, found.as_dict())
    _print(found.as_dict(), found.lines(), as_json=as_json)


@model_app.command("list")
def model_list(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the versions that are kept, the newest first; * is served."""
    from cinoche.recommend import registry

    found = registry.entries(_artefacts(data))
    lines = [each.line() for each in found] or ["Nothing has been trained yet: cinoche train"]
    _print([each.as_dict() for each in found], lines, as_json=as_json)


@model_app.command("promote")
def model_promote(
    version: Annotated[str, typer.Argument(help="A version, as `cinoche model list` names it.")],
    data: DataOption = None,
) -> None:
    """Serve a version, whatever the gate said of it; trainings publish again from then on."""
    from cinoche.recommend import registry

    registry.promote(_artefacts(data), version, is_stale=_is_stale(data))
    _print({}, [f"Version {version} is served."], as_json=False)


@model_app.command("rollback")
def model_rollback(data: DataOption = None) -> None:
    """Serve the version before the current one, and hold it there until one is promoted."""
    from cinoche.recommend import registry

    version = registry.rollback(_artefacts(data), is_stale=_is_stale(data))
    said = [f"Version {version} is served, and held: trainings publish again after `cinoche model promote VERSION`."]
    _print({}, said, as_json=False)


@experiments_app.command("list")
def experiments_list(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List every experiment that was ever started, the oldest first."""
    from cinoche.bootstrap import open_services
    from cinoche.jobs import experiments

    with open_services(_settings(data)) as services:
        found = services.experiments.all()
    lines = [experiments.line(each) for each in found] or ["No experiment was ever started."]
    _print(found, lines, as_json=as_json)


@experiments_app.command("start")
def experiments_start(
    name: Annotated[str, typer.Argument(help="What to call it: small letters, digits, dashes.")],
    arm: Annotated[
        list[str],
        typer.Option("--arm", help='"control", or "bold: scorer=ease, version=…, diversity=0.8"; two or more.'),
    ],
    share: Annotated[float, typer.Option("--share", help="The share of profiles that takes part.")] = 1.0,
    interleave: Annotated[
        bool, typer.Option("--interleave", help="Mix the top picks of two scorers in one row, for everybody.")
    ] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Start an experiment; the first arm is the one that the others are measured against."""
    from cinoche.bootstrap import open_services
    from cinoche.jobs import experiments

    with open_services(_settings(data)) as services:
        started = experiments.start(services, name, arm, share=share, is_interleaved=interleave)
    _print(started, [experiments.line(started)], as_json=as_json)


@experiments_app.command("stop")
def experiments_stop(
    name: Annotated[str, typer.Argument(help="The experiment, as `cinoche experiments list` names it.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Stop an experiment: everybody gets what everybody gets."""
    from cinoche.bootstrap import open_services
    from cinoche.jobs import experiments

    with open_services(_settings(data)) as services:
        stopped = services.experiments.stop(name)
    _print(stopped, [experiments.line(stopped)], as_json=as_json)


@experiments_app.command("report")
def experiments_report(
    name: Annotated[str | None, typer.Argument(help="The experiment; without it, all.")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what experiments have shown by now: rates with intervals, and a winner or none yet."""
    from cinoche.bootstrap import open_services
    from cinoche.jobs import experiments

    with open_services(_settings(data)) as services:
        found = experiments.look(services, name)
    _print(found, experiments.lines(found), as_json=as_json)


@app.command()
def serve(
    demo: Annotated[bool, typer.Option("--demo", help="Import the demo and create its accounts first.")] = False,
    demo_password: Annotated[
        str | None, typer.Option("--demo-password", help="Needed to show the demo beyond this machine.")
    ] = None,
    host: Annotated[str | None, typer.Option("--host", help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="The port; 0 picks a free one.")] = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, max=64, help="Processes that answer.")] = None,
    data: DataOption = None,
) -> None:
    """Serve the API until Ctrl-C."""
    from cinoche.asgi import run_server
    from cinoche.kit.progress import progress_bars

    settings = _settings(data, host=host, port=port, workers=workers)
    run_server(settings, demo=demo, demo_password=demo_password, bars=progress_bars)


@media_app.command("add")
def media_add(
    title: Annotated[str, typer.Argument(help='The title, by name or id: "Heat", tt0113277')],
    file: Annotated[Path, typer.Argument(help="The film: mp4, mkv, webm, mov, avi, ts ...")],
    audio: Annotated[list[str] | None, typer.Option("--audio", help="A further sound: fr=FILE; repeatable.")] = None,
    captions: Annotated[
        list[str] | None, typer.Option("--captions", help="Captions: fr=FILE.vtt or .srt; repeatable.")
    ] = None,
    credits_at: Annotated[float | None, typer.Option("--credits-at", min=0, help="Second of the credits.")] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Leave the work to the worker of a server.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a file the film of a title: encode, package, publish; resumed when it was cut short."""
    from cinoche.jobs import media

    with _media(data) as services, _progress() as progress:
        job = media.add(
            services, title, file, audio=audio or (), captions=captions or (), credits_at_s=credits_at, detach=detach,
            progress=progress,
        )  # fmt: skip
        _print(media.job_dict(services, job), [media.job_line(services, job)], as_json=as_json)


@media_app.command("list")
def media_list(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List what can be played, the newest first."""
    from cinoche.jobs import media

    with _media(data) as services:
        found = [media.asset_dict(services, asset) for asset in services.media.assets()]
    lines = [media.asset_line(each) for each in found] or ["Nothing can be played yet: cinoche media add TITLE FILE"]
    _print(found, lines, as_json=as_json)


@media_app.command("jobs")
def media_jobs(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the work on films, the newest first."""
    from cinoche.jobs import media

    with _media(data) as services:
        jobs = services.media.jobs()
        found = [media.job_dict(services, job) for job in jobs]
        lines = [media.job_line(services, job) for job in jobs] or ["There is no work."]
    _print(found, lines, as_json=as_json)


@media_app.command("retry")
def media_retry(
    job_id: Annotated[str, typer.Argument(help="The job, as `cinoche media jobs` names it.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try a failed or cancelled job again; what it had finished is not done again."""
    from cinoche.jobs import media

    with _media(data) as services, _progress() as progress:
        services.media.retry(job_id)
        job = media.see_through(services.media, job_id, progress=progress)
        _print(media.job_dict(services, job), [media.job_line(services, job)], as_json=as_json)


@media_app.command("cancel")
def media_cancel(
    job_id: Annotated[str, typer.Argument(help="The job, as `cinoche media jobs` names it.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Stop a job; what it has published stays."""
    from cinoche.jobs import media

    with _media(data) as services:
        job = services.media.cancel(job_id)
        _print(media.job_dict(services, job), [media.job_line(services, job)], as_json=as_json)


@media_app.command("remove")
def media_remove(
    title: Annotated[str, typer.Argument(help="The title, by name or id.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove what can be played of a title; the title stays."""
    from cinoche.jobs import media

    with _media(data) as services:
        title_id = media.find_title(services, title)
        freed = services.media.remove(title_id)
        line = f"{media.name_of(services, title_id)}: removed, {freed / 1e6:.1f} MB given back."
    _print({"title_id": title_id, "freed_bytes": freed}, [line], as_json=as_json)


@media_app.command("verify")
def media_verify(
    title: Annotated[str | None, typer.Argument(help="The title, by name or id; without it, all.")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look whether every file that the manifests name is there, whole, and as long as the film."""
    from cinoche.jobs import media

    with _media(data) as services:
        verdicts = media.verify_all(services, title)
    found = [{"title_id": each.title_id, "name": each.name, "wrong": list(each.found)} for each in verdicts]
    lines = [
        f"{'LOOK' if each.found else 'ok  '}  {each.name}: {'; '.join(each.found) or 'whole'}" for each in verdicts
    ]
    _print(found, lines or ["Nothing can be played yet."], as_json=as_json)
    if any(each.found for each in verdicts):
        raise typer.Exit(UNAVAILABLE)


@media_app.command("work")
def media_work(data: DataOption = None) -> None:
    """Do the work that waits, until there is none: for machines that encode and do not serve."""
    from cinoche.jobs import media

    with _media(data) as services:
        done = media.work_through(services, forever=False)
    _print({"done": done}, [f"{done} jobs were taken up."], as_json=False)


@app.command()
def doctor(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Check settings, files, ports and binaries, and say what to do about what is wrong."""
    from cinoche.jobs.doctor import examine

    report = examine(_settings(data))
    _print(report.as_dict(), report.lines(), as_json=as_json)
    if not report.is_healthy:
        raise typer.Exit(UNAVAILABLE)


def _media(data: Path | None) -> Any:
    from cinoche.bootstrap import open_services

    return open_services(_settings(data))


def _artefacts(data: Path | None) -> Path:
    return _folder(data) / "artefacts"


def _is_stale(data: Path | None) -> bool:
    from cinoche.recommend.sums_store import SumsStore

    return SumsStore(_folder(data) / "sums").is_stale()


def _folder(data: Path | None) -> Path:
    return data if data is not None else DEFAULT_DATA_DIR


def _settings(data: Path | None, **overrides: object) -> Any:
    from cinoche.settings import read_settings

    return read_settings(data_dir=data, **overrides)


def _progress() -> Any:
    from cinoche.kit.progress import progress_bars

    return progress_bars()


def _print(value: object, lines: Sequence[str], *, as_json: bool) -> None:
    """Print a result in lines or as JSON, in which an escape of a character means the same."""
    _write(printable(msgspec.json.encode(value).decode()) if as_json else "\n".join(map(printable, lines)))


def _write(text: str) -> None:
    """Write a result to stdout; whoever reads it may leave early (``| head -1``), and that is no error."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refuse_unless_writable(path: Path, option: str) -> None:
    try:
        path.open("ab").close()
    except OSError as error:
        raise Invalid(
            f"it cannot be written ({error.strerror}).", where=str(path), remedy=f"Name another file with {option}."
        ) from error


def _say(message: str) -> None:
    typer.echo(printable(message), err=True)


if __name__ == "__main__":
    main()
