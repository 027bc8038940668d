"""Letters of other scripts in Latin ones, for systems that keep Latin letters alone.

As a reader would spell a name, not as a library would: it has to be recognised on a
parcel and on a list of customers. Accents are taken off before; what is not here has
no likeness.
"""

_CYRILLIC = (
    "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ",
    "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch ' y ' e yu ya yo i yi "
    "ye g",
)
_GREEK = (
    "αβγδεζηθικλμνξοπρσςτυφχψω",
    "a v g d e z i th i k l m n x o p r s s t y f ch ps o",
)


def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for letters, likenesses in (_CYRILLIC, _GREEK):
        for letter, likeness in zip(letters, likenesses.split(), strict=True):
            table[letter] = likeness
            table.setdefault(letter.upper(), likeness.capitalize())
    return table


LATIN: dict[str, str] = _table()
