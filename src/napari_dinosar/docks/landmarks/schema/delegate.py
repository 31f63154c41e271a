"""The choice of a landmark's partner, in a cell of the table."""

from __future__ import annotations

from qtpy.QtCore import QModelIndex
from qtpy.QtWidgets import QComboBox, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from napari_dinosar.docks.landmarks.schema.model import SchemaModel

NOBODY = "none (midline)"


class PartnerDelegate(QStyledItemDelegate):
    """Offers the other landmarks as partners."""

    def createEditor(  # noqa: N802 - Qt's name
        self, parent: QWidget | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> QWidget:
        """Return a list of landmarks to choose from."""
        model: SchemaModel = index.model()
        box = QComboBox(parent)
        box.setObjectName("schemaPartner")
        box.addItem(NOBODY, None)
        for place, row in enumerate(model.draft.rows):
            if place != index.row():
                box.addItem(row.name, row.key)
        return box

    def setEditorData(self, editor: QWidget | None, index: QModelIndex) -> None:  # noqa: N802
        """Show the present partner."""
        assert isinstance(editor, QComboBox)
        model: SchemaModel = index.model()
        editor.setCurrentIndex(max(editor.findData(model.draft.rows[index.row()].partner), 0))

    def setModelData(  # noqa: N802 - Qt's name
        self, editor: QWidget | None, model: object, index: QModelIndex
    ) -> None:
        """Pair both, and part them from others."""
        assert isinstance(editor, QComboBox)
        assert isinstance(model, SchemaModel)
        model.setData(index, editor.currentData())
