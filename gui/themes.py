"""The window's looks: Fusion with two palettes of our own, and the little style sheet they share."""

from __future__ import annotations

from dataclasses import dataclass
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QPalette, QTextCharFormat
from PySide6.QtWidgets import QApplication

from engine.paths import assets_dir

THEMES = ("system", "light", "dark")


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by what they are for."""

    name: str
    paper: str  # under the writer's text
    window: str
    raised: str  # cards, fields
    line: str  # borders
    ink: str
    quiet: str  # what is read last
    accent: str
    on_accent: str
    model_ink: str
    model_tint: str
    mark: str  # headings' signs and the like
    found: str  # under matches of a search
    selection: str
    warning: str
    warning_ink: str


LIGHT = Theme(
    name="light",
    paper="#fdfcf9",
    window="#f3f1ec",
    raised="#fbfaf7",
    line="#dbd7ce",
    ink="#24221f",
    quiet="#6b675f",
    accent="#2c6470",
    on_accent="#ffffff",
    model_ink="#1f5561",
    model_tint="#e6f0ef",
    mark="#a8763a",
    found="#f6e3a8",
    selection="#c9dfe2",
    warning="#fbeedb",
    warning_ink="#6d4310",
)
DARK = Theme(
    name="dark",
    paper="#1d1f21",
    window="#26282b",
    raised="#2e3134",
    line="#3d4145",
    ink="#dedad2",
    quiet="#a19d95",
    accent="#6fb1bd",
    on_accent="#10181a",
    model_ink="#9fd0d8",
    model_tint="#22343a",
    mark="#d3a669",
    found="#5b4a1e",
    selection="#35545b",
    warning="#42341f",
    warning_ink="#f0d3a3",
)

_SHEET = Template("""
QToolTip { background: $raised; color: $ink; border: 1px solid $line; padding: 4px 6px; }
QMenuBar { background: $window; border-bottom: 1px solid $line; padding: 2px 6px; }
QMenuBar::item { padding: 4px 9px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $line; }
QMenu { background: $raised; border: 1px solid $line; padding: 5px; }
QMenu::item { padding: 5px 28px 5px 22px; border-radius: 4px; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { color: $quiet; }
QMenu::separator { height: 1px; background: $line; margin: 5px 8px; }
QStatusBar { border-top: 1px solid $line; }
QStatusBar::item { border: none; }
QSplitter::handle { background: $line; }
QTabWidget::pane { border: none; border-top: 1px solid $line; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { padding: 8px 6px; color: $quiet; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $ink; border-bottom: 2px solid $accent; }
QTabBar::tab:hover { color: $ink; }
QTabBar::tab:focus { color: $accent; background: $raised; }
QLineEdit, QTextEdit, QComboBox, QSpinBox, QDoubleSpinBox, QPlainTextEdit#field {
    background: $raised; border: 1px solid $line; border-radius: 5px; padding: 3px 6px; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QPlainTextEdit#field:focus {
    border: 1px solid $accent; }
QComboBox { combobox-popup: 0; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url($icons/down-$name.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $line; padding: 3px; outline: none; }
QComboBox QAbstractItemView::item { padding: 4px 6px; border-radius: 4px; min-height: 20px; }
QComboBox QAbstractItemView::item:selected { background: $selection; color: $ink; }
QAbstractSpinBox QLineEdit { border: none; border-radius: 0; padding: 0; background: transparent; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; background: transparent; width: 18px; }
QAbstractSpinBox::up-arrow { image: url($icons/up-$name.svg); width: 9px; height: 9px; }
QAbstractSpinBox::down-arrow { image: url($icons/down-$name.svg); width: 9px; height: 9px; }
QCheckBox::indicator { width: 15px; height: 15px; border: 1px solid $quiet; border-radius: 4px; background: $raised; }
QListView::indicator { width: 11px; height: 11px; border: 1px solid $quiet; border-radius: 3px; background: $raised; }
QCheckBox::indicator:checked, QListView::indicator:checked {
    background: $accent; border-color: $accent; image: url($icons/check-$name.svg); }
QCheckBox::indicator:focus { border-color: $accent; }
Editor { background: $paper; border: none; }
QListWidget, QTreeWidget { background: transparent; border: none; outline: none; }
QListWidget::item, QTreeWidget::item { padding: 3px 5px; border: 1px solid transparent; border-radius: 4px; }
QListWidget::item:selected, QTreeWidget::item:selected { background: $selection; color: $ink; }
QListWidget::item:hover:!selected, QTreeWidget::item:hover:!selected { background: $raised; }
QListWidget::item:focus, QTreeWidget::item:focus, QTreeView#project::item:focus {
    border: 1px solid $accent; }
QTreeView#project { background: transparent; border: none; outline: none; }
QTreeView#project::item { padding: 3px 0; }
QTreeView#project::item:selected { background: $selection; color: $ink; }
QTreeView#project::item:hover:!selected { background: $raised; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QPushButton, QToolButton { background: $raised; border: 1px solid $line; border-radius: 5px; padding: 5px 12px; }
QToolButton { padding: 3px 8px; }
QPushButton:hover, QToolButton:hover { border-color: $quiet; }
QPushButton:focus, QToolButton:focus { border-color: $accent; }
QPushButton:pressed, QToolButton:pressed, QToolButton:checked { background: $line; }
QPushButton:disabled, QToolButton:disabled { color: $quiet; }
QPushButton#primary { background: $accent; border-color: $accent; color: $on_accent; padding: 8px 12px; }
QPushButton#primary:focus { border: 2px solid $ink; padding: 7px 11px; }
QPushButton#primary:disabled { background: $line; border-color: $line; color: $quiet; }
QToolButton#plain, QPushButton#link { background: transparent; border: 1px solid transparent; color: $quiet; }
QPushButton#fold { background: transparent; border: 1px solid transparent; padding: 2px 0; text-align: left; }
QPushButton#link { padding: 2px 0; text-align: left; color: $accent; }
QToolButton#plain:hover, QPushButton#link:hover { color: $ink; }
QToolButton#plain:focus, QPushButton#link:focus, QPushButton#fold:focus { border-color: $accent; }
QScrollArea, QScrollArea > QWidget > QWidget#page { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 11px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 30px; }
QScrollBar::handle:horizontal { min-width: 30px; }
QScrollBar::handle:hover { background: $quiet; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: $line; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QSlider::groove:horizontal { height: 4px; background: $line; border-radius: 2px; }
QSlider::handle:horizontal { background: $accent; width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; }
QSlider::handle:horizontal:focus { border: 2px solid $ink; width: 10px; height: 10px; }
QFrame#card { background: $raised; border: 1px solid $line; border-radius: 7px; }
QFrame#card:hover { border-color: $quiet; }
QFrame#card:focus, QFrame#card[current="true"] { border: 1px solid $accent; }
QFrame#card[current="true"] { background: $model_tint; }
QFrame#message { background: $model_tint; border: none; border-top: 1px solid $line; }
QFrame#message[warning="true"] { background: $warning; }
QFrame#message[warning="true"] QLabel { color: $warning_ink; }
QFrame#warning { background: $warning; border-radius: 6px; }
QFrame#warning QLabel { color: $warning_ink; }
QFrame#panel { background: $paper; border: 1px solid $line; border-radius: 8px; }
QListWidget#well, QTreeWidget#well { background: $raised; border: 1px solid $line; border-radius: 6px; padding: 3px; }
QListWidget#well:focus, QTreeWidget#well:focus { border-color: $accent; }
QListWidget#well::item, QTreeWidget#well::item { border-color: transparent; }
QTreeWidget#well::item { border-radius: 0; }
QTreeWidget#well::item:first { border-top-left-radius: 4px; border-bottom-left-radius: 4px; }
QTreeWidget#well::item:last { border-top-right-radius: 4px; border-bottom-right-radius: 4px; }
QHeaderView { background: transparent; }
QHeaderView::section { background: transparent; color: $quiet; border: none; padding: 4px 6px; }
QFrame#strip { border: none; border-top: 1px solid $line; }
QFrame#pane { background: $paper; border: none; }
QLabel#quiet { color: $quiet; }
QLabel#quiet[failed="true"] { color: $warning_ink; }
QLabel#fit { color: $accent; }
QLabel#fit[verdict="tight"] { color: $mark; }
QLabel#fit[verdict="no"] { color: $warning_ink; font-weight: 600; }
QLabel#title { font-weight: 600; }
QLabel#headline { font-weight: 600; font-size: 12pt; }
QLabel#section { color: $quiet; font-weight: 600; }
""")


def choose_theme(name: str, application: QApplication) -> Theme:
    """Return the theme called `name`; "system" is what the desktop prefers."""
    if name == "system":
        dark = application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return DARK if dark else LIGHT
    return DARK if name == "dark" else LIGHT


def apply_theme(theme: Theme, application: QApplication) -> None:
    """Give the whole application the looks of `theme`."""
    if application.property("theme") == theme.name:
        return  # to style every widget anew takes a second
    application.setProperty("theme", theme.name)
    application.setPalette(_palette(theme))
    fields = {name: getattr(theme, name) for name in Theme.__dataclass_fields__}
    icons = (assets_dir() / "icons").as_posix()
    application.setStyleSheet(_SHEET.substitute(fields, icons=icons))


def model_format(theme: Theme) -> QTextCharFormat:
    """Return how text by the model is shown until it is accepted."""
    text_format = QTextCharFormat()
    text_format.setForeground(QBrush(QColor(theme.model_ink)))
    text_format.setBackground(QBrush(QColor(theme.model_tint)))
    return text_format


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette(QColor(theme.window))
    for name, colour in (
        (role.Window, theme.window),
        (role.Base, theme.paper),
        (role.AlternateBase, theme.raised),
        (role.Button, theme.raised),
        (role.WindowText, theme.ink),
        (role.Text, theme.ink),
        (role.ButtonText, theme.ink),
        (role.BrightText, theme.on_accent),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.ink),
        (role.PlaceholderText, theme.quiet),
        (role.Highlight, theme.selection),
        (role.HighlightedText, theme.ink),
        (role.Link, theme.accent),
        (role.Accent, theme.accent),
        (role.Mid, theme.line),
    ):
        palette.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(theme.quiet))
    return palette
