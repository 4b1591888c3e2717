"""`kith rails`: what is checked, by whose rule, and what a check says of a message."""

from pathlib import Path
from typing import Any

import typer

from assistant.errors import KithError
from assistant.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="The safety checks on messages and replies.")


class NoSuchRail(KithError):
    """A rail was asked for that the register lacks."""

    status_code = 404


class ReaderAlone(KithError):
    """The second reader was to be tuned without the branch."""

    status_code = 422

    def __init__(self) -> None:
        super().__init__(
            "The second reader is tuned together with the branch, since the lines are drawn for both. Give --branch as well."
        )


@app.callback()
def group() -> None:
    """The safety checks on messages and replies."""


@app.command("list")
def list_rails() -> None:
    """List every rail: its stage, owner and purpose."""
    from rails.register import entries

    for one in entries():
        typer.echo(f"{one.policy.stage:<6}  {one.name:<28} {one.policy.owner:<32} {one.policy.purpose}")
    typer.echo(f"{len(entries())} policies, all read and valid.")


@app.command()
def show(name: str) -> None:
    """Show one rail: purpose, owner, what follows a failure or a fault, thresholds, fixed words and examples."""
    from rails.register import RailUnknown, entry

    try:
        one = entry(name)
    except RailUnknown as error:
        raise NoSuchRail(str(error)) from None
    about = one.policy
    lines = [
        f"{about.name} ({one.file})", about.purpose, f"Owner: {about.owner}", f"Approved: {about.approved}", f"Stage: {about.stage}",
        f"When it fires: {about.on_fail}", f"When it breaks: {about.on_error}", f"Recorded as: {', '.join(one.rails) or 'fixed words only'}",
    ]  # fmt: skip
    lines += [f"Threshold {key}: {value:g}" for key, value in about.thresholds.items()]
    lines += [f"Words {key}: {value}" for key, value in about.wordings.items()]
    lines += [f"Caught: {text}" for text in about.examples.caught]
    lines += [f"Allowed: {text}" for text in about.examples.allowed]
    typer.echo("\n".join(lines))


@app.command("try")
def try_text(text: str) -> None:
    """Say which checks fire on a message, and why. Nothing is kept."""
    from assistant.pipeline.embed import to_embed
    from assistant.wiring import approved_contacts, open_embedder
    from rails.register import try_message
    from rails.sentences import split

    settings = load_settings()
    vectors = open_embedder(settings).embed(to_embed(text, split))
    found = try_message(text, vectors, approved_contacts(settings))
    for verdict in found.verdicts:
        typer.echo(f"{verdict.result!s:<5}  {verdict.rail:<18} {verdict.reason}".rstrip())
    typer.echo(
        f"Danger: {', '.join(found.categories) or 'none'} ({found.urgency}). Read as: {found.intent}. Masked: {found.masked}"
    )


@app.command()
def train(
    seed: int = typer.Option(0, help="The same seed gives the same weights."),
    branch: bool = typer.Option(False, "--branch", help="Tune the branch of the embedding model first. Needs torch."),
    second: str = typer.Option(
        "", "--reader", help="With --branch: tune the second reader as well, from this folder of all-mpnet-base-v2."
    ),
    replies: bool = typer.Option(False, "--replies", help="Train the weights of the check on replies instead."),
    pages: bool = typer.Option(False, "--pages", help="Train the model of lines in guidance instead."),
    tellings: bool = typer.Option(False, "--tellings", help="Train what tells a mere telling from a need instead."),
) -> None:
    """Train the small models from the invented messages, or from the written replies, and write weights and model cards."""
    import rails
    from assistant.wiring import open_embedder

    if pages:
        from rails.page_training import train as train_pages

        settings = load_settings()
        card = train_pages(settings.documents_folder, open_embedder(settings).plain.embed)
        typer.echo(f"Trained. On lines not learnt from: {card['called_strange']}")
        return
    if tellings:
        _train_tellings(Path(rails.__file__).parent / "exemplars", seed)
        return
    if replies:
        from rails.training_replies import train as train_replies

        card = train_replies(open_embedder(load_settings()).plain.embed, seed=seed, tell=typer.echo)
        unseen = card["unseen_scenes"]
        typer.echo(
            f"Trained replies. On unseen scenes: good let through {unseen['good_let_through']}, "
            f"bad stopped {unseen['bad_stopped']}. More stands in the model card beside the weights."
        )
        return
    from rails.training import train as train_models

    folder = Path(rails.__file__).parent
    if second and not branch:
        raise ReaderAlone
    if branch:
        _train_branch(folder / "exemplars", folder / "weights", seed, Path(second) if second else None)
    cards = train_models(folder / "exemplars", open_embedder(load_settings()).embed, seed=seed)
    typer.echo(f"Trained {', '.join(cards)}. The figures stand in the model cards beside the weights.")


def _train_branch(exemplars: Path, into: Path, seed: int, second: Path | None) -> None:
    """Tune the second reader, when its source is given, then the branch, whose unseen scores hold the reader's."""
    import numpy as np

    from assistant.wiring import open_listener
    from knowledge_base.embedding import OnnxEmbedder, Sensed, default_model, ensure_model
    from rails import training_reader, training_senses
    from rails.normalise import name_emoji
    from rails.senses import FILES

    if second:
        training_reader.train(exemplars, second, default_model() / "tokenizer.json", into, seed)
    model = ensure_model(load_settings().var)

    def score(file: Path, texts: list[str]) -> Any:
        listener = open_listener([file, *(into / name for name in FILES[1:])])
        found = OnnxEmbedder(model, listener=listener, spell=name_emoji).embed(texts)
        return np.array([one.senses for one in found if isinstance(one, Sensed)], dtype=np.float32)

    training_senses.train(exemplars, default_model(), into, score, seed)


def _train_tellings(exemplars: Path, seed: int) -> None:
    from assistant.wiring import open_embedder
    from knowledge_base.wanted import wanted
    from rails.training_tellings import train as train_tellings

    settings = load_settings()
    card = train_tellings(exemplars, wanted(settings.documents_folder), open_embedder(settings).plain.embed, seed=seed)
    for name, shares in card["unseen"].items():
        for cut, share in shares.items():
            typer.echo(f"{name}, {cut}: {share['hits']} of {share['of']}, {share['low']:.1%} to {share['high']:.1%}")
