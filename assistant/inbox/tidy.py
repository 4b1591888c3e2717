"""Forget finished work in the engine's own tables. They hold ids only, but ids too are kept no longer than words."""

from datetime import datetime

from dbos import DBOS

AT_ONCE = 500


async def forget_finished(before: datetime) -> int:
    """Delete the engine's records of work that ended before a time; return how many."""
    count = 0
    while True:
        ended = await DBOS.list_workflows_async(
            completed_before=before.isoformat(), limit=AT_ONCE, load_input=False, load_output=False
        )
        if not ended:
            return count
        await DBOS.delete_workflows_async([one.workflow_id for one in ended])
        count += len(ended)
