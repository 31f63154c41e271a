"""The questions that the docks ask in windows of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from qtpy.QtWidgets import QDialog, QFileDialog, QInputDialog, QMessageBox, QWidget

from napari_dinosar.docks.figure_dialog import FigureDialog, Figures

PHOTOS = "Photos (*.jpg *.jpeg *.png *.tif *.tiff *.bmp *.webp *.gif);;All files (*)"
KEYPOINTS = "COCO keypoints (*.json);;All files (*)"
CUTOUT_NETWORKS = "Networks for rembg (*.onnx)"
RUNS = "Runs (*run.yaml);;All files (*)"
CONSENSUS = "Saved consensus (*.npz);;All files (*)"
PICTURES = "SVG, text as text (*.svg);;PNG, 300 dpi (*.png)"
CHECKPOINTS = "Checkpoints (*.pth *.pt *.safetensors);;All files (*)"


def file_to_open(parent: QWidget, title: str, kinds: str) -> Path | None:
    """Return the file that the user chooses, or None."""
    name, _ = QFileDialog.getOpenFileName(parent, title, "", kinds)
    return Path(name) if name else None


def file_to_write(parent: QWidget, title: str, kinds: str) -> Path | None:
    """Return the file that the user names, or None; one that is there may be overwritten.

    A name without a suffix gets that of the kind that is chosen, before the dialog looks whether
    there is such a file.
    """
    dialog = saving_dialog(parent, title, kinds)
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return None
    return Path(dialog.selectedFiles()[0])


def saving_dialog(parent: QWidget, title: str, kinds: str) -> QFileDialog:
    """Return the dialog behind `file_to_write`."""
    dialog = QFileDialog(parent, title, "", kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)

    def follow(kind: str) -> None:
        suffix = re.search(r"\*\.(\w+)", kind)
        dialog.setDefaultSuffix(suffix[1] if suffix else "")

    dialog.filterSelected.connect(follow)
    follow(dialog.selectedNameFilter())
    return dialog


def folder_to_open(parent: QWidget, title: str) -> Path | None:
    """Return the folder that the user chooses, or None."""
    return folder_to_write(parent, title)


def folder_to_write(parent: QWidget, title: str) -> Path | None:
    """Return the folder that the user chooses, or None."""
    name = QFileDialog.getExistingDirectory(parent, title)
    return Path(name) if name else None


def words(parent: QWidget, title: str, question: str) -> str | None:
    """Return the words that the user writes, which may be none, or None."""
    text, is_given = QInputDialog.getText(parent, title, question)
    return text.strip() if is_given else None


def figures(
    parent: QWidget, title: str, names: Sequence[str], more: Sequence[str] = (), switch: str = ""
) -> Figures | None:
    """Return which figures the user wants, or None; see `FigureDialog`."""
    dialog = FigureDialog(title, names, more, switch, parent)
    is_given = dialog.exec() == QDialog.DialogCode.Accepted
    return dialog.figures() if is_given else None


def one_of(parent: QWidget, title: str, question: str, answers: Sequence[str]) -> int | None:
    """Return the index of the answer that the user chooses, or None."""
    answer, is_chosen = QInputDialog.getItem(parent, title, question, list(answers), 0, False)
    return list(answers).index(answer) if is_chosen else None


def agrees(parent: QWidget, title: str, text: str, details: str, button: str) -> bool:
    """Tell whether the user agrees to something that is explained first; Enter declines."""
    box = QMessageBox(QMessageBox.Icon.Question, title, text, parent=parent)
    box.setInformativeText(details)
    yes = box.addButton(button, QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    box.exec()
    return box.clickedButton() is yes
