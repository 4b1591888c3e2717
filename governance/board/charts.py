"""Charts of the pack, readable in black and white, each with words that say the same."""

from collections.abc import Sequence

from evaluation.charts import drawn, ruled, short


def bars(pairs: Sequence[tuple[str, float | None, float | None]]) -> tuple[str, str]:
    """Return a chart of shares now and before, and its words; empty when nothing was measured, or all of it is nought.

    Args:
        pairs: Title, share now and share before, each from 0 to 1 or None.
    """
    known = [(title, now, before) for title, now, before in pairs if now is not None]
    if not any(now or before for _, now, before in known):
        return "", ""
    figure, axes = ruled(0.5 * len(known) + 0.9)
    for at, (_, now, before) in enumerate(reversed(known)):
        axes.barh(at + 0.18, 100 * now, height=0.34, color="#0b0c0c", label="now" if at == 0 else None)
        if before is not None:
            axes.barh(at - 0.18, 100 * before, height=0.34, color="#b1b4b6", label="before" if at == 0 else None)
    axes.set_yticks(range(len(known)), [short(title) for title, _, _ in reversed(known)])
    axes.set_xlim(0, 100)
    axes.set_xlabel("percent; black: this period, grey: the period before")
    said = [
        f"{title} {100 * now:.1f}%" + ("" if before is None else f" (before {100 * before:.1f}%)")
        for title, now, before in known
    ]
    return drawn(figure), f"Shares in this period and the one before: {'; '.join(said)}."
