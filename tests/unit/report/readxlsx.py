#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# readxlsx.py FILE: prints a workbook as JSON: [{"name", "freeze", "filter", "cells": {"A1": [type, value, formula]}}].
# Reads with the standard library alone, so that what it sees is what stands in the file.
import json
import sys
import xml.etree.ElementTree as xml
import zipfile

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

with zipfile.ZipFile(sys.argv[1]) as archive:
    if archive.testzip() is not None:
        sys.exit("damaged archive")
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            xml.fromstring(archive.read(name))
    targets = {each.get("Id"): each.get("Target") for each in xml.fromstring(archive.read("xl/_rels/workbook.xml.rels"))}
    sheets = []
    for sheet in xml.fromstring(archive.read("xl/workbook.xml")).find(MAIN + "sheets"):
        root = xml.fromstring(archive.read("xl/" + targets[sheet.get(REL)]))
        pane = root.find(f"{MAIN}sheetViews/{MAIN}sheetView/{MAIN}pane")
        found = root.find(MAIN + "autoFilter")
        cells = {}
        for cell in root.iter(MAIN + "c"):
            formula = cell.find(MAIN + "f")
            value = cell.find(MAIN + "v")
            text = "".join(each.text or "" for each in cell.iter(MAIN + "t"))
            cells[cell.get("r")] = [cell.get("t") or "n", value.text if value is not None else text,
                                    formula.text if formula is not None else None]
        sheets.append({"name": sheet.get("name"), "freeze": pane.get("topLeftCell") if pane is not None else None,
                       "filter": found.get("ref") if found is not None else None, "cells": cells})
    sys.stdout.buffer.write(json.dumps(sheets).encode())
