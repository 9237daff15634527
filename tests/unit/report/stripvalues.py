#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# stripvalues.py IN OUT: the workbook without the values that stand beside its formulas, so that whoever opens it has to
# compute them.
import re
import sys
import zipfile

with zipfile.ZipFile(sys.argv[1]) as source, zipfile.ZipFile(sys.argv[2], "w") as target:
    for item in source.infolist():
        data = source.read(item)
        if item.filename.startswith("xl/worksheets/"):
            data = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", data)
        target.writestr(item, data)
