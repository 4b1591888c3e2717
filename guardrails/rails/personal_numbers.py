"""Numbers that belong to one person: NHS, National Insurance, card, bank and telephone numbers, and e-mail addresses.

Cue words ("sort code", "NHS number") let a number through whose check digit is mistyped or whose spacing is odd.
"""

import re
from collections.abc import Iterator
from datetime import date

import phonenumbers

Place = tuple[int, int]
EMAIL = re.compile(
    r"[A-Za-z0-9._%+'-]+\s?@\s?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
    r"|\b[\w.+-]+(?: dot [\w+-]+)* ?[(\[]? ?\bat\b ?[)\]]? ?[a-z0-9-]+(?: ?\(?\bdot\b\)? ?[a-z0-9-]+)* ?\(?\bdot\b\)? ?(?:com|co|org|net|uk|example|info|me|ie)\b(?: ?\(?\bdot\b\)? ?uk\b)?",
    re.IGNORECASE,
)
SERVICE_MAIL = re.compile(
    r"(?:report|info|enquir\w+|help|contact|admin|support|office|hello|team|carers?|feedback|complaints)@",
    re.IGNORECASE,
)
"""Mailboxes that belong to an organisation, not to a person."""
GAP = r"[ .\-–/]{0,3}"
TEN_DIGITS = re.compile(rf"(?<![\d+])(?<!\d[-/.])(?<!44)(?<!44[ -])(?<!\(0\))(?<!\(0\) )(?:\d{GAP}){{9}}\d(?!\d)")
NHS_CUE = re.compile(r"\bnhs\b(?:[^\d\n]{0,8}\b(?:number|num|no|id|n[ou]m?ber)\b)?[^\d\n]{0,20}$", re.IGNORECASE)
NI = re.compile(
    rf"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]{GAP}\d{{2}}{GAP}\d{{2}}{GAP}\d{{2}}{GAP}[A-D]\b", re.IGNORECASE
)
NI_CUED = re.compile(
    rf"\b(?:n\.?i\.?(?:no)?|nino|national insurance|insurance)\b[^\d\n]{{0,25}}?\b([A-Z]{{2}}{GAP}(?:\d{GAP}){{5}}\d(?:{GAP}[A-Z]\b)?)",
    re.IGNORECASE,
)
CARD = re.compile(r"(?<!\d)(?:\d[ .-]?){12,18}\d(?!\d)")
SORT_CODE = re.compile(r"(?<![\d-])\d{2}([-–./ ])\d{2}\1\d{2}(?![\d-])")
SORT_CUED = re.compile(
    r"(?:\bsort(?:ing)?[ -]?code|\bsort|\bs/c)\b[^\d\n]{0,20}(\d{2}[^\d\n]{0,3}\d{2}[^\d\n]{0,3}\d{2})(?!\d)",
    re.IGNORECASE,
)
ACCOUNT = re.compile(
    r"\b(?:accounts?|acc|a/c|acct|acnt|ac|bank|barclays|lloyds|natwest|hsbc|santander|halifax|nationwide|monzo|starling|tsb)\b[^\d\n£]{0,40}?"
    r"(?<!\d)((?:\d[ -]?){6,9}\d)(?!\d)",
    re.IGNORECASE,
)
EIGHT = re.compile(r"(?<![\d+£])\d{4}[ -]?\d{4}(?!\d)")
BANK_WORD = re.compile(r"\b(?:sort|bank|account|acc|a/c|acct)\b", re.IGNORECASE)
IBAN = re.compile(r"\bGB\d{2} ?[A-Z]{4} ?(?:\d[ -]?){13}\d\b", re.IGNORECASE)
PIN = re.compile(
    r"\b(?:pin(?: number| no| code)?|cvv|security code|last three)\b(?: is| are|:|=)?\s*(\d{3,4})(?!\d)", re.IGNORECASE
)
NEARBY = 40
"""Letters between a sort code and the account number that goes with it."""
HELPLINE = re.compile(r"^(?:0800|0808|0300|0344|0345|0330|0303|0370|0371|0333)")
"""Numbers of these ranges belong to services, never to a private person."""
LOOSE_PHONE = re.compile(
    r"(?<![\dA-Za-z£])(?:\+?44[ .()\-–/]{0,3}(?:\(0\))?|[(]?[0Oo](?=[\d ]))(?:[ .()\-–/]{0,3}[\dOo]){9,10}(?![\d£])"
)
NO_NOUGHT = re.compile(r"(?<![\d£+.-])(?<!\d )7[4-9]\d\d ?\d{3} ?\d{3}(?![\d-])")
"""A mobile number without its first nought."""
LOCAL_PHONE = re.compile(
    r"\b(?:ring|call|phone|text|tel|telephone|mobile|mob|number is|reach)\b[^\d\n£]{0,30}?(?<!\d)(?!0|116|85258)(\d{3}[ -]?\d{3,4}|\d{5,6})(?![\d/])",
    re.IGNORECASE,
)
REFERENCE = re.compile(
    r"\b(?:ref|reference|claim|case|order|ticket|invoice|form|badge|policy)\b|[A-Za-z][-/]$", re.IGNORECASE
)
"""What makes a short number a reference, not a telephone."""
DIGIT_WORDS = {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "naught": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "hundred": "00",
}  # fmt: skip
ONE_SPOKEN = rf"(?:(?:double|treble|triple) )?(?:{'|'.join(DIGIT_WORDS)})"
SPOKEN = re.compile(rf"\b{ONE_SPOKEN}(?:(?:[ ,.-]{{1,3}}){ONE_SPOKEN}){{5,}}\b", re.IGNORECASE)
TENS = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fourty|fifty|sixty|seventy|eighty|ninety)"
SPOKEN_CODE = re.compile(
    rf"\bsort(?:ing)?[ -]?code\b[\w\s:]{{0,12}}?\b((?:{ONE_SPOKEN}|{TENS})(?:[ ,-]{{1,3}}(?:{ONE_SPOKEN}|{TENS})){{2,}})\b",
    re.IGNORECASE,
)


def emails(text: str) -> Iterator[Place]:
    """E-mail addresses of people, also read out with "at" and "dot"."""
    return (found.span() for found in EMAIL.finditer(text) if not SERVICE_MAIL.match(found.group()))


def digits_of(text: str) -> str:
    """The digits of a number as written, a letter o between them read as nought."""
    return re.sub(r"\D", "", re.sub(r"[Oo]", "0", text))


def nhs_numbers(text: str) -> Iterator[Place]:
    """Ten digits with the right check digit, or any ten called an NHS number."""
    for found in TEN_DIGITS.finditer(text):
        if is_nhs_number(found.group()) or NHS_CUE.search(text[max(0, found.start() - 50) : found.start()]):
            yield found.span()


def is_nhs_number(text: str) -> bool:
    """True when the ten digits carry the right check digit (modulus 11)."""
    digits = [int(letter) for letter in text if letter.isdigit()]
    if len(digits) != 10:
        return False
    check = 11 - sum(digit * (10 - place) for place, digit in enumerate(digits[:9])) % 11
    return check % 11 == digits[9] and check != 10


def ni_numbers(text: str) -> Iterator[Place]:
    """National Insurance numbers, also without the last letter when they are called so."""
    yield from (found.span() for found in NI.finditer(text))
    yield from (found.span(1) for found in NI_CUED.finditer(text))


def cards(text: str) -> Iterator[Place]:
    """Payment cards: 13 to 19 digits that pass the Luhn check."""
    return (found.span() for found in CARD.finditer(text) if passes_luhn(found.group()))


def passes_luhn(text: str) -> bool:
    """True when the digits pass the check that payment cards carry."""
    digits = [int(letter) for letter in text if letter.isdigit()][::-1]
    doubled = [sum(divmod(2 * digit, 10)) if place % 2 else digit for place, digit in enumerate(digits)]
    return 13 <= len(digits) <= 19 and sum(doubled) % 10 == 0


def bank_details(text: str) -> Iterator[Place]:
    """Sort codes, account numbers, IBANs and PINs."""
    codes = [found.span() for found in SORT_CODE.finditer(text) if _is_code(found, text)]
    codes += [found.span(1) for found in SORT_CUED.finditer(text)]
    codes += [found.span(1) for found in SPOKEN_CODE.finditer(text)]
    yield from codes
    yield from (found.span(1) for found in ACCOUNT.finditer(text) if len(digits_of(found[1])) in (7, 8))
    yield from (found.span() for found in IBAN.finditer(text))
    yield from (found.span(1) for found in PIN.finditer(text))
    for found in EIGHT.finditer(text) if codes else ():
        if any(-NEARBY <= found.start() - end <= NEARBY or 0 <= start - found.end() <= NEARBY for start, end in codes):
            yield found.span()


def _is_code(found: re.Match[str], text: str) -> bool:
    """Whether three pairs of digits are a sort code: no date, or beside a bank's word or an account number; with spaces, both."""
    around = text[max(0, found.start() - NEARBY) : found.end() + NEARBY]
    if found[1] not in "-–":
        return found[1] == " " and bool(
            BANK_WORD.search(around) and EIGHT.search(text[found.end() : found.end() + NEARBY])
        )
    return not _is_date(found.group()) or bool(BANK_WORD.search(around) or EIGHT.search(around))


def _is_date(text: str) -> bool:
    day, month, year = (int(part) for part in re.findall(r"\d\d", text))
    try:
        date(2000 + year, month, day)
    except ValueError:
        return False
    return True


def phones(text: str) -> Iterator[Place]:
    """Telephone numbers of people; numbers in ranges that only services hold stay."""
    for match in phonenumbers.PhoneNumberMatcher(text, "GB", leniency=phonenumbers.Leniency.POSSIBLE):
        digits = re.sub(r"\D", "", match.raw_string)
        ours = digits[0] == "0" or match.raw_string.startswith("+") or digits[:2] == "44"
        if ours and len(digits) >= 10 and not HELPLINE.match(digits):
            yield match.start, match.end
    yield from (found.span() for found in NO_NOUGHT.finditer(text))
    for found in LOOSE_PHONE.finditer(text):
        digits = digits_of(found.group())
        if len(digits) >= 10 and not HELPLINE.match(digits):
            yield found.span()
    for found in LOCAL_PHONE.finditer(text):
        other = REFERENCE.search(text[max(0, found.start() - 25) : found.start(1)])
        if len(digits_of(found[1])) in (5, 6) and not other:
            yield found.span(1)


def spoken(text: str) -> Iterator[tuple[str, Place]]:
    """Numbers read out word by word: what they are follows from their length and the words before."""
    for found in SPOKEN.finditer(text):
        before = text[max(0, found.start() - 50) : found.start()].lower()
        count = sum(
            {"double": 1, "treble": 2, "triple": 2, "hundred": 2}.get(word, 1)
            for word in re.findall(r"[a-z]+", found.group().lower())
        )
        if re.search(r"account|sort|bank|a/c", before):
            yield "BANK", found.span()
        elif "nhs" in before or (count == 10 and not found.group().lower().startswith(("oh", "zero", "o "))):
            yield "NHS_NUMBER", found.span()
        elif count >= 13:
            yield "CARD", found.span()
        else:
            yield "PHONE" if count >= 9 else "BANK", found.span()
