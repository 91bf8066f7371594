"""The stage on disk: everything that reads or writes ``.stage`` goes through here.

Content first, reference second; every write goes to a temporary file in the same folder, is
flushed to disk and renamed. A killed command leaves nothing that the next does not ignore.
"""

from twine_stage.store.journals import Journal as Journal
from twine_stage.store.records import Record as Record
from twine_stage.store.stage import Store as Store
