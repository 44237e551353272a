"""ZIP containers (XLSX, XLSB, ODS, DOCX): checked as a whole before any library may read them."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

from zielgraph.errors import InputError
from zielgraph.source.model import Limits

SAVE_AS = "Bitte als XLSX, ODS, CSV oder DOCX speichern."
SAVE_AGAIN = "Bitte in Excel, Word oder LibreOffice öffnen und neu als XLSX, ODS oder DOCX speichern."

_UNLOCK = "Bitte ohne Kennwort speichern."
_CHUNK = 1 << 20
_PROLOG = 1 << 16
_SMALL = 50_000_000  # below this a high ratio harms nobody: many equal rows
_NEVER_READ = (".svg", ".html", ".htm", ".xhtml")  # pictures and inserted pages
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_MARKS = re.compile(rb"<(?:!(?P<doctype>DOCTYPE)|(?P<root>[A-Za-z_]))")

_KINDS = (
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", "xlsb"),
    ("word/document.xml", "docx"),
)
_MIMETYPES = {
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.spreadsheet-template": "ods",
}
_REFUSED = (
    ("ppt/presentation.xml", "ist eine PowerPoint-Datei, keine Tabelle"),
    ("Index/Document.iwa", "ist eine Datei von Apple Numbers oder Pages"),
    ("content.xml", "ist ein OpenDocument-Dokument, aber keine Tabelle (ODS)"),
)


class Container:
    """An opened ZIP container whose size, parts and checksums have been verified.

    Raises InputError when it is damaged, encrypted, too large after unpacking, or brings its own XML entities.
    """

    def __init__(self, data: bytes, name: str, limits: Limits) -> None:
        self.data, self.name, self.limits = data, name, limits
        try:
            infos = zipfile.ZipFile(io.BytesIO(data)).infolist()
        except (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError, OverflowError):
            raise self.damaged("ist eine unvollständige oder beschädigte ZIP-, Excel-, ODS- oder Word-Datei") from None
        self.infos = {info.filename: info for info in infos}
        self._check_directory(infos)
        for part in self.infos:
            for _ in self.chunks(part):
                pass
            self._check_prolog(part)

    def damaged(self, problem: str, sheet: str | None = None) -> InputError:
        """The error for a container that cannot be read."""
        return InputError(problem, file=self.name, sheet=sheet, advice=SAVE_AGAIN)

    def kind(self) -> str:
        """Format of the container: xlsx, xlsb, ods or docx. Raises InputError when it is none of them."""
        names = {part.replace("\\", "/").lower() for part in self.infos}
        for part, kind in _KINDS:
            if part in names:
                return kind
        mimetype = self.read("mimetype", 200).decode("ascii", "replace").strip() if "mimetype" in self.infos else ""
        if b":encryption-data" in self.read("META-INF/manifest.xml"):
            raise InputError("ist mit einem Kennwort verschlüsselt", file=self.name, advice=_UNLOCK)
        if mimetype in _MIMETYPES and "content.xml" in self.infos:
            return _MIMETYPES[mimetype]
        for part, problem in _REFUSED:
            if part.lower() in names:
                raise InputError(problem, file=self.name, advice=SAVE_AS)
        raise InputError("ist eine ZIP-Datei ohne Arbeitsmappe oder Dokument", file=self.name, advice=SAVE_AS)

    def read(self, part: str, most: int = 50_000_000) -> bytes:
        """The first ``most`` bytes of a part; empty when there is no such part."""
        if part not in self.infos:
            return b""
        data = bytearray()
        for chunk in self.chunks(part):
            data += chunk
            if len(data) >= most:
                break
        return bytes(data[:most])

    def open(self, part: str) -> PartStream:
        """One part for readers that want a file."""
        return PartStream(self.chunks(part))

    def chunks(self, part: str) -> Iterator[bytes]:
        """The unpacked bytes of a part, measured against what the directory promises.

        The zipfile module stops at the promised size, other unpackers do not; therefore it is done here.
        """
        info = self.infos[part]
        begin = info.header_offset
        header = self.data[begin : begin + _LOCAL_HEADER.size]
        if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
            raise self.damaged(f"der Teil „{part}“ ist beschädigt")
        _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        begin += _LOCAL_HEADER.size + name_length + extra_length
        packed = memoryview(self.data)[begin : begin + info.compress_size]
        size = checksum = 0
        try:
            for chunk in _inflated(packed) if info.compress_type == zipfile.ZIP_DEFLATED else _pieces(packed):
                size += len(chunk)
                if size > info.file_size:
                    raise self.damaged(f"der Teil „{part}“ ist entpackt größer als angegeben")
                checksum = zlib.crc32(chunk, checksum)
                yield chunk
        except zlib.error:
            raise self.damaged(f"der Teil „{part}“ ist beschädigt") from None
        if size != info.file_size or checksum != info.CRC:
            raise self.damaged(f"der Teil „{part}“ ist beschädigt")

    def _check_directory(self, infos: list[zipfile.ZipInfo]) -> None:
        limits = self.limits
        if len(infos) > limits.parts:
            raise self.damaged(f"besteht aus {len(infos)} Teilen, erlaubt sind {limits.parts}")
        if len(self.infos) != len(infos):
            raise self.damaged("enthält denselben Teil mehrfach")
        if any(info.flag_bits & 0x1 for info in infos):
            raise InputError("ist mit einem Kennwort verschlüsselt", file=self.name, advice=_UNLOCK)
        if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos):
            raise self.damaged("ist auf eine Weise gepackt, die in Tabellen nicht vorkommt")
        unpacked = sum(info.file_size for info in infos)
        if unpacked > limits.unpacked_bytes:
            raise InputError(
                f"wird entpackt {unpacked // 1_000_000} MB groß, erlaubt sind {limits.unpacked_bytes // 1_000_000} MB",
                file=self.name,
                advice="Bitte die Tabelle aufteilen.",
            )
        if unpacked > _SMALL and unpacked > limits.unpacked_ratio * len(self.data):
            raise InputError(
                f"wird beim Entpacken {unpacked // max(len(self.data), 1)}-mal so groß; so packt man keine Tabelle",
                file=self.name,
                advice=SAVE_AGAIN,
            )

    def _check_prolog(self, part: str) -> None:
        """No DOCTYPE in any XML part: it could define entities that grow without end or name other files."""
        if part.lower().endswith(_NEVER_READ):
            return
        head = self.read(part, _PROLOG)
        if head.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")):
            head = head.replace(b"\0", b"")[2 if head[0] >= 0xFE else 0 :]
        if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
            return
        found = _MARKS.search(re.sub(rb"<!--.*?-->", b"", head, flags=re.DOTALL))
        if found is None or found["doctype"]:
            raise InputError(
                f"der Teil „{part}“ bringt eigene XML-Definitionen mit (DOCTYPE); das ist in Tabellen nicht erlaubt",
                file=self.name,
                advice=SAVE_AGAIN,
            )


class PartStream:
    """The part of a file protocol that XML parsers need."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._now = chunks, io.BytesIO()

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most ``size``; all that are left when it is negative."""
        if size < 0:
            return self._now.read() + b"".join(self._chunks)
        while not (piece := self._now.read(size)):
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._now = io.BytesIO(chunk)
        return piece


def _inflated(packed: memoryview) -> Iterator[bytes]:
    inflate = zlib.decompressobj(-15)
    for begin in range(0, len(packed), _CHUNK):
        rest: bytes | memoryview = packed[begin : begin + _CHUNK]
        while rest and not inflate.eof:
            yield inflate.decompress(rest, _CHUNK)
            rest = inflate.unconsumed_tail
    while not inflate.eof and (chunk := inflate.decompress(inflate.unconsumed_tail, _CHUNK)):
        yield chunk


def _pieces(stored: memoryview) -> Iterator[bytes]:
    for begin in range(0, len(stored), _CHUNK):
        yield bytes(stored[begin : begin + _CHUNK])
