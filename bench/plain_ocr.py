"""The peer: plain Tesseract on each page, and a regular expression a field."""

import re
import subprocess
from datetime import datetime

AMOUNT = r"(\d[\d .,]*\d|\d)"
HEADER = {
    "numero": r"(?:N°|Num[ée]ro)(?: de| d[’'])?\s*(?:d[ée]claration|enregistrement)\s*:?\s*(?:\d{4}\s+\d\d[A-Z]\s+)?(\d{1,7})",
    "bureau": r"Bureau(?: de douane)?\s*:?\s*(\d\d[A-Z])",
    "date_enregistrement": r"Date(?: d[’'])?\s*enregistrement\s*:?\s*(\d\d[/.-]\d\d[/.-]\d{4})",
    "date_arrivee": r"Date(?: d[’'])?\s*arriv[ée]e\s*:?\s*(\d\d[/.-]\d\d[/.-]\d{4})",
    "regime": r"R[ée]gime\s*:?\s*([A-Z]\d{1,4})", "ninea": r"NINEA[^\d\n]*(\d{9})",
    "ppm_destinataire": r"PPM[^\d\n]*(\d{4,8})", "pays_provenance": r"provenance\s*:?\s*([A-Z]{2})\b",
    "incoterm": r"Incoterm\s*:?\s*([A-Z]{3})", "devise": r"Devise\s*:?\s*([A-Z]{3})",
    "manifeste": r"Manifeste\s*:?\s*(\d{4}\s+\d\d[A-Z]\s+\d+)", "conteneur": r"\b([A-Z]{3}U\d{7})\b",
    "navire": r"Navire\s*:?\s*([A-Z][A-Z0-9 ]+)", "nb_articles": r"(?:Nb\.?|Nombre d[’'])\s*[Aa]rticles?\s*:?\s*(\d+)",
    "valeur_fob": rf"Valeur FOB[^\d\n]*{AMOUNT}", "valeur_caf": rf"Valeur CAF[^\d\n]*{AMOUNT}",
    "fret": rf"Fr[eê]t[^\d\n]*{AMOUNT}", "assurance": rf"Assurance[^\d\n]*{AMOUNT}",
    "taux_change": rf"[Tt]aux de change[^\d\n]*{AMOUNT}",
    "total_liquide": rf"(?:Total [àa] payer|Total liquid[ée]|Net [àa] payer)[^\d\n]*{AMOUNT}",
}
CODE = re.compile(r"\b(\d{4}[. ]?\d\d[. ]?\d\d[. ]?\d\d)\b")
DAYS = {"date_enregistrement", "date_arrivee"}
PLAIN = {"valeur_fob", "valeur_caf", "fret", "assurance", "total_liquide"}


def text(image):
    """What Tesseract says of a picture, with its own layout analysis."""
    result = subprocess.run(
        ["tesseract", str(image), "-", "-l", "fra", "--dpi", "200"], capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(f"tesseract failed: {result.stderr.strip().splitlines()[-1:]}")
    return result.stdout


def values(pages):
    """Fields by name, with no measure of how sure they are."""
    whole, found = "\n".join(pages), {}
    for name, pattern in HEADER.items():
        if match := re.search(pattern, whole, re.IGNORECASE):
            found[name] = (_canonical(name, match[1].strip()), 0)
    if "date_enregistrement" in found:
        found["annee"] = (found["date_enregistrement"][0][:4], 0)
    codes = list(dict.fromkeys(re.sub(r"\D", "", code) for code in CODE.findall(whole)))
    for number, code in enumerate(codes, 1):
        found[f"articles.{number}.numero"], found[f"articles.{number}.code_sh"] = (str(number), 0), (code, 0)
    return found


def _canonical(name, read):
    if name in DAYS:
        try:
            return datetime.strptime(re.sub(r"\D", "/", read), "%d/%m/%Y").date().isoformat()
        except ValueError:
            return read
    if name in PLAIN:
        return re.sub(r"\D", "", read)
    return read.replace(" ", "").replace(",", ".") if name == "taux_change" else read
