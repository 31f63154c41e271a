"""The form shows settings and gives them back, and says what is wrong beside itself."""

import pytest
from qtpy.QtCore import QPoint, QPointF, Qt
from qtpy.QtGui import QWheelEvent
from qtpy.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton

from napari_dinosar import DinosarError, Settings
from napari_dinosar.docks import dialogs
from napari_dinosar.docks.forms import SettingsForm
from napari_dinosar.docks.input_area import WIDTH_PX
from napari_dinosar.settings import options

UNUSUAL = Settings(
    layers=(6, 7, 8, 9),
    matching_mode="tps_homology",
    fg_mode="layer",
    tps_smoothing=1e-4,
    fg_thresh=0.125,
    demo_ransac_reproj=11.313,
    tps_rows=4,
    tps_cols=None,
    demo_mutual=False,
    seed=2**31 - 1,
    attn_layer=-2,
    attn_layers=(3, -2),
    attn_heads=(0, 5),
    score_mode=("bidirectional", "topk_mean"),
    rembg_session="/data/mine.onnx",
    align_stage="both",
    attn_fg_thresh_pct=92.5,
)


@pytest.fixture
def form(qtbot):
    form = SettingsForm()
    qtbot.addWidget(form)
    return form


def test_a_new_form_gives_the_defaults(form):
    assert form.settings() == Settings()
    form.advanced.button.click()
    assert form.settings() == Settings()


@pytest.mark.parametrize("opens_first", [True, False])
def test_settings_come_back_unchanged(form, opens_first):
    if opens_first:
        form.advanced.button.click()
    form.set_settings(UNUSUAL)
    assert form.settings() == UNUSUAL
    form.advanced.button.click()
    assert form.settings() == UNUSUAL
    form.set_settings(Settings())
    assert form.settings() == Settings()


def test_every_setting_has_a_named_control_with_a_tooltip(form):
    form.advanced.button.click()
    for name, option in options().items():
        control = form.findChild(object, name)
        assert control is not None, name
        assert option.help in control.toolTip()


def test_folded_settings_are_not_made_before_they_are_wanted(form):
    assert form.findChild(object, "fg_thresh") is None
    form.advanced.button.click()
    assert form.findChild(object, "fg_thresh") is not None


def test_a_wrong_text_is_said_beside_the_form_and_taken_back(form):
    line = form.findChild(QLineEdit, "layers")
    line.setText("6 x")
    assert not form.error_banner.isHidden()
    assert "'x' is not a whole number" in form.error_banner.label.text()
    with pytest.raises(DinosarError, match="Layers: 'x'"):
        form.settings()
    line.setText("6 7")
    assert form.error_banner.isHidden()
    assert form.settings().layers == (6, 7)


def test_contradicting_settings_are_said_too(form):
    form.advanced.button.click()
    form._controls["tps_rows"].value = 4
    form._controls["tps_snap"].value = True
    with pytest.raises(DinosarError, match="contradict"):
        form.settings()
    assert "contradict" in form.error_banner.label.text()


def test_choices_are_in_plain_words(form):
    combo = form.findChild(QComboBox, "matching_mode")
    assert combo.currentText() == "patches and cells"
    combo.setCurrentText("homologous cells")
    assert form.settings().matching_mode == "tps_homology"


def test_the_wheel_changes_nothing_in_passing(form, qtbot):
    combo = form.findChild(QComboBox, "fg_mode")
    before = combo.currentIndex()
    turn = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(0, -120), QPoint(0, -120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(combo, turn)
    assert combo.currentIndex() == before


def test_several_choices_are_ticked_in_a_menu(form):
    form.advanced.button.click()
    scores = form._controls["score_mode"]
    shown = {action.text(): action for action in scores.menu.actions()}
    assert not shown["foreground"].isEnabled()
    shown["top-k mean"].trigger()
    assert form.settings().score_mode == ("foreground", "topk_mean")
    assert scores.button._text == "foreground, top-k mean"
    shown["foreground"].trigger()
    assert form.settings().score_mode == ("topk_mean",)
    assert not shown["top-k mean"].isEnabled()


def test_a_network_of_rembg_is_chosen_by_name_with_its_licence_or_as_a_file(
    form, monkeypatch, tmp_path
):
    form.advanced.button.click()
    combo = form._controls["rembg_session"].combo
    licence = combo.itemData(combo.findText("silueta"), Qt.ItemDataRole.ToolTipRole)
    assert "Licence: none stated" in licence
    last = combo.count() - 1
    monkeypatch.setattr(dialogs, "file_to_open", lambda *_: tmp_path / "mine.onnx")
    combo.activated.emit(last)
    assert form.settings().rembg_session == str(tmp_path / "mine.onnx")
    assert combo.currentText() == "mine.onnx"
    monkeypatch.setattr(dialogs, "file_to_open", lambda *_: None)
    combo.setCurrentIndex(combo.count() - 1)
    combo.activated.emit(combo.count() - 1)
    assert combo.currentText() == "mine.onnx"


def test_what_has_no_effect_is_grey_and_says_when_it_would_have_one(form):
    form.advanced.button.click()
    rows, verify = form._controls["topk"].native, form._controls["demo_mirror"].native
    assert not rows.isEnabled()
    assert "‘Scores’ is top-k mean" in rows.toolTip()
    labels = rows.parentWidget().findChildren(QLabel)
    assert [label.isEnabled() for label in labels] == [False]
    form._controls["score_mode"].value = ("topk_mean",)
    assert rows.isEnabled()
    assert "no effect" not in rows.toolTip()
    form._controls["demo_verify"].value = True
    assert verify.isEnabled()
    form._controls["matching_mode"].value = "tps_homology"
    assert not verify.isEnabled()
    assert not rows.isEnabled()


@pytest.mark.parametrize("opens_first", [True, False])
def test_what_settings_leave_without_effect_is_grey_when_they_are_shown(form, opens_first):
    if opens_first:
        form.advanced.button.click()
    form.set_settings(Settings(fg_mode="attn"))
    form.advanced.button.click()
    assert form._controls["attn_fg_thresh_pct"].native.isEnabled()
    assert not form._controls["attn_fg_thresh"].native.isEnabled()
    assert not form._controls["rembg_session"].native.isEnabled()


def test_everything_open_fits_a_narrow_dock(form):
    form.advanced.button.click()
    for button in form.findChildren(QPushButton):
        if button.objectName().startswith("group"):
            button.click()
    form.show()
    assert form.minimumSizeHint().width() <= WIDTH_PX


def test_what_something_else_leaves_without_effect_is_grey_too(form):
    form.overrule({"tps_rows": "The grid is saved.", "topk": "Never mind."})
    form.advanced.button.click()
    rows = form._controls["tps_rows"].native
    assert not rows.isEnabled()
    assert rows.toolTip().startswith("The grid is saved.")
    assert form._controls["topk"].native.toolTip().startswith("Has no effect now")
    form.overrule({})
    assert rows.isEnabled()
