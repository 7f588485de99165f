#!/usr/bin/env python3
"""Writes the small workbooks of Tests/ReadingTests/Fixtures with the programs that offices' files come from.

    python3 -m venv .build/venv-xlsx && .build/venv-xlsx/bin/pip install openpyxl==3.1.5 xlsxwriter==3.3.1
    .build/venv-xlsx/bin/python Tests/oracles/xlsx.py

Beside each workbook NAME.xlsx stands NAME.txt: what the reader must deliver of its chosen sheet, a row a line, the
row's number first, cells separated by " | ". The expectations are written here by hand, not read back by a library.
"""
import datetime
import pathlib
import zipfile

import openpyxl
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

OUT = pathlib.Path(__file__).resolve().parent.parent / "ReadingTests" / "Fixtures"
HEADER = ["ANNEE", "BUREAU", "NUMERO", "CODE_SH", "POIDS_NET", "TAUX", "DATE"]


def expect(name, rows):
    """Rows by their number; those between are blank."""
    lines = []
    for number in range(1, max(rows) + 1):
        lines.append(" | ".join([str(number), *rows.get(number, [])]))
    (OUT / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def declarations():
    """Shared strings, dates, percentages, codes with zeros in front, a hidden first sheet, a second one without table."""
    book = xlsxwriter.Workbook(OUT / "declarations.xlsx")
    book.set_properties({"created": datetime.datetime(2024, 1, 1)})
    hidden = book.add_worksheet("Paramètres")
    hidden.write_row(0, 0, ["ne", "doit", "pas", "être", "lu", "ici"])
    cover = book.add_worksheet("Couverture")
    cover.write(0, 0, "DIRECTION GÉNÉRALE DES DOUANES")
    cover.activate()
    cover.set_first_sheet()
    hidden.hide()
    sheet = book.add_worksheet("Déclarations & annexes")
    date = book.add_format({"num_format": "dd/mm/yyyy"})
    stamp = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    percent = book.add_format({"num_format": "0.00%"})
    code = book.add_format({"num_format": "000000000"})
    sheet.write_row(0, 0, [*HEADER, "NINEA", "OK"])
    sheet.write_row(1, 0, [2024, "18N", 28014, "3004320000", 73.5])
    sheet.write(1, 5, 0.075, percent)
    sheet.write_datetime(1, 6, datetime.datetime(2024, 2, 29), date)
    sheet.write(1, 7, 9639840, code)
    sheet.write_boolean(1, 8, True)
    sheet.write_row(3, 0, [2024, "20A", 7, 8413700000, 1527.932])
    sheet.write(3, 5, 1, percent)
    sheet.write_datetime(3, 6, datetime.datetime(2023, 12, 31, 23, 59, 30), stamp)
    sheet.write_formula(3, 7, "=NA()", None, "#N/A")
    sheet.write_boolean(3, 8, False)
    book.close()
    expect("declarations", {
        1: [*HEADER, "NINEA", "OK"],
        2: ["2024", "18N", "28014", "3004320000", "73.5", "7.5%", "2024-02-29", "009639840", "1"],
        4: ["2024", "20A", "7", "8413700000", "1527.932", "100%", "2023-12-31 23:59:30", "#N/A", "0"],
    })


def merged():
    """Merged titles and headers, merged identifiers over articles, rich text, as openpyxl writes them."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Liste"
    sheet["A1"] = "EXTRACTION GAINDE"
    sheet.merge_cells("A1:F1")
    sheet["A2"] = "BUREAU"
    sheet.merge_cells("A2:A3")
    sheet["B2"] = "NUMERO"
    sheet.merge_cells("B2:B3")
    sheet["C2"] = "VALEURS"
    sheet.merge_cells("C2:D2")
    sheet["C3"] = "FOB"
    sheet["D3"] = "CAF"
    sheet["E3"] = "ORIGINE"
    sheet["F3"] = CellRichText("DESCRIPTION ", TextBlock(InlineFont(b=True), "COMMERCIALE"))
    sheet["A4"] = "18N"
    sheet["B4"] = "00042"
    sheet.merge_cells("A4:A5")
    sheet.merge_cells("B4:B5")
    sheet["C4"] = 1000
    sheet.merge_cells("C4:C5")
    sheet["D4"] = 1100
    sheet["E4"] = "FR"
    sheet["F4"] = "Tôles <acier> & \"inox\"\nlot 2"
    sheet["D5"] = 1e15
    sheet["E5"] = "CN"
    book.properties.created = book.properties.modified = datetime.datetime(2024, 1, 1)
    book.save(OUT / "merged.xlsx")
    expect("merged", {
        1: ["EXTRACTION GAINDE"] * 6,
        2: ["BUREAU", "NUMERO", "VALEURS", "VALEURS"],
        3: ["BUREAU", "NUMERO", "FOB", "CAF", "ORIGINE", "DESCRIPTION COMMERCIALE"],
        4: ["18N", "00042", "1000", "1100", "FR", "Tôles <acier> & \"inox\"\\nlot 2"],
        5: ["18N", "00042", "", "1000000000000000", "CN"],
    })


def epoch():
    """Days counted from 1904."""
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = book.active
    sheet.append(HEADER)
    sheet.append([2024, "18N", "1", "3004320000", 0.1, "", datetime.date(2024, 3, 31)])
    book.properties.created = book.properties.modified = datetime.datetime(2024, 1, 1)
    book.save(OUT / "epoch1904.xlsx")
    expect("epoch1904", {1: HEADER, 2: ["2024", "18N", "1", "3004320000", "0.1", "", "2024-03-31"]})


def by_hand():
    """What other programs write: prefixes, no references, strict names, CDATA, numbers with exponents, stored files."""
    main = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    doc = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    pack = "http://schemas.openxmlformats.org/package/2006/relationships"
    sheet = f"""<?xml version='1.0' encoding='utf-8'?>
<!-- une feuille --><x:worksheet xmlns:x='{main}'><x:dimension ref='A1:G4'/><x:sheetData>
<x:row><x:c t='inlineStr'><x:is><x:t>ANNEE</x:t></x:is></x:c><x:c t='inlineStr'><x:is><x:t>BUREAU</x:t></x:is></x:c>
<x:c t='str'><x:v>NUMERO</x:v></x:c><x:c t='inlineStr'><x:is><x:r><x:t>CODE</x:t></x:r><x:r><x:t>_SH</x:t></x:r>
<x:rPh sb='0' eb='1'><x:t>non</x:t></x:rPh></x:is></x:c><x:c t='str'><x:v><![CDATA[P&N]]></x:v></x:c></x:row>
<x:row><x:c><x:v>2024</x:v></x:c><x:c t='str'><x:v>caf&#233;&#x20AC;</x:v></x:c><x:c><x:v>1.2345E7</x:v></x:c>
<x:c><x:v>0.10000000000000001</x:v></x:c><x:c><x:v>-4.5E-3</x:v></x:c><x:c t='d'><x:v>2024-05-06T00:00:00</x:v></x:c></x:row>
<x:row r='7'><x:c r='C7' t='str'><x:v>a_x000D_b_x005F_x0041_</x:v></x:c><x:c r='AA7'><x:v>8413700000.0</x:v></x:c></x:row>
<x:row r='1048576'><x:c r='A1048576' s='0'/></x:row></x:sheetData></x:worksheet>"""
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f"<workbook xmlns='{main}' xmlns:r='{doc}'><sheets><sheet name='Graphe' sheetId='9' r:id='g'/>"
        "<sheet name='A&amp;B' sheetId='1' r:id='s'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{pack}'>"
        f"<Relationship Id='s' Type='{doc}/worksheet' Target='/xl/Feuilles/Un.xml'/>"
        f"<Relationship Id='g' Type='{doc}/chartsheet' Target='c.xml'/></Relationships>",
        "XL/feuilles/un.xml": sheet,
    }
    with zipfile.ZipFile(OUT / "byhand.xlsx", "w") as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name.endswith("rels") else zipfile.ZIP_DEFLATED
            archive.writestr(info, text)
    expect("byhand", {
        1: ["ANNEE", "BUREAU", "NUMERO", "CODE_SH", "P&N"],
        2: ["2024", "café€", "12345000", "0.1", "-0.0045", "2024-05-06"],
        7: ["", "", "a\\rb_x0041_", *[""] * 23, "8413700000"],
    })


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    declarations()
    merged()
    epoch()
    by_hand()
