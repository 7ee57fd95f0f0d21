"""Editors as the kill test against rivals sees them: how each is laid out, started, agreed with and read."""

from __future__ import annotations

import html
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 90.0  # seconds
NOVEL = "636b6aa9b697b.md"  # the document that novelWriter's sample project opens with


@dataclass(frozen=True)
class Editor:
    """A program, in a home of its own below `home`; its document has no text of ours yet."""

    program: str
    home: Path
    window = ""
    offers = "no dialog"  # that Return agrees with

    def prepare(self) -> None:
        """Lay out the document."""

    def command(self) -> list[str]:
        """Return what opens the document."""
        raise NotImplementedError

    def text(self) -> str:
        """Return what the document's file holds."""
        raise NotImplementedError


class Penwright(Editor):
    """This program."""

    window = r"story\.txt"

    def prepare(self) -> None:
        (self.home / "story.txt").write_text("")

    def command(self) -> list[str]:
        return [sys.executable, "-m", "gui.app", str(self.home / "story.txt")]

    def text(self) -> str:
        return (self.home / "story.txt").read_text()


class NovelWriter(Editor):
    """novelWriter, on its own sample project."""

    window = "novelWriter|Sample"
    offers = "^(Warning|Information|Question)$"

    def prepare(self) -> None:
        script = (
            "import novelwriter, pathlib; print(pathlib.Path(novelwriter.__file__).parent / 'assets' / 'sample.zip')"
        )
        python = Path(self.program).parent / "python"
        sample = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
        with zipfile.ZipFile(sample) as packed:
            packed.extractall(self.home / "novel")
        (self.home / "novel" / "content" / NOVEL).write_text("")

    def command(self) -> list[str]:
        return [self.program, str(self.home / "novel" / "nwProject.nwx")]

    def text(self) -> str:
        return (self.home / "novel" / "content" / NOVEL).read_text(encoding="utf-8").rpartition("+++\n")[2]


class LibreOffice(Editor):
    """LibreOffice Writer; the tip of the day alone is switched off."""

    window = "Writer"
    offers = "Document Recovery|Document in Use"
    minutes = 10  # between two times that what a recovery needs is kept

    def prepare(self) -> None:
        (self.home / "story.txt").write_text("")
        profile = self.home / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
            '<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="ShowTipOfTheDay" oor:op="fuse">'
            "<value>false</value></prop></item>"
            '<item oor:path="/org.openoffice.Office.Recovery/AutoSave"><prop oor:name="TimeIntervall" oor:op="fuse">'
            f"<value>{self.minutes}</value></prop></item></oor:items>"
        )
        convert = [
            "--headless",
            "--convert-to",
            "odt:writer8",
            "--outdir",
            str(self.home),
            str(self.home / "story.txt"),
        ]
        subprocess.run([*self._office(), *convert], check=True, capture_output=True, timeout=PATIENCE)

    def _office(self) -> list[str]:
        return [self.program, f"-env:UserInstallation=file://{self.home / 'profile'}"]

    def command(self) -> list[str]:
        return [*self._office(), "--nologo", str(self.home / "story.odt")]

    def text(self) -> str:
        with zipfile.ZipFile(self.home / "story.odt") as packed:
            content = packed.read("content.xml").decode()
        body = content.split("<office:text", 1)[1].partition(">")[2]
        return html.unescape(re.sub("<[^>]*>", "", re.sub(r"<text:s\b[^>]*/>", " ", body)))


class LibreOfficeEachMinute(LibreOffice):
    """LibreOffice Writer with the shortest time between two recoveries that its settings offer."""

    minutes = 1


EDITORS: dict[str, type[Editor]] = {
    "penwright": Penwright,
    "novelwriter": NovelWriter,
    "libreoffice": LibreOffice,
    "libreoffice-1": LibreOfficeEachMinute,
}
