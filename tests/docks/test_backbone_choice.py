"""Backbones that are here can be chosen; for those that are not there are three ways on."""

import pytest

from napari_dinosar.backbones.registry import MODELS
from napari_dinosar.docks import dialogs
from napari_dinosar.docks.backbone_choice import FILE, BackboneChoice
from napari_dinosar.docks.backbone_list import BUILT_IN_ENTRY, entries
from napari_dinosar.docks.backbone_shelf import BackboneShelf
from napari_dinosar.docks.jobs import Jobs
from napari_dinosar.docks.weights_opening import WeightsOpening

MISSING = "dinov3_vits16"


@pytest.fixture
def choice(qtbot):
    choice = BackboneChoice()
    qtbot.addWidget(choice)
    return choice


@pytest.fixture
def opening(choice):
    return WeightsOpening(Jobs(choice), choice, choice, BackboneShelf())


def pick(choice, text):
    index = next(i for i in range(choice.combo.count()) if text in choice.combo.itemText(i))
    choice.combo.setCurrentIndex(index)
    choice.combo.activated.emit(index)


def test_offline_the_built_in_descriptor_is_chosen(choice):
    assert choice.backbone() == "daisy"
    assert choice.banner.isHidden()
    assert {entry.key for entry in entries()} == {"daisy", *MODELS}


def test_networks_that_are_here_come_first(choice, tmp_path, monkeypatch):
    (tmp_path / "dinov2_vits14_pretrain.pth").write_bytes(b"")
    monkeypatch.setenv("DINOSAR_WEIGHTS", str(tmp_path))
    choice.refresh()
    assert choice.combo.itemText(0) == MODELS["dinov2_vits14"].title
    assert choice.backbone() == "daisy"


def test_missing_weights_are_said_with_size_licence_and_ways_on(choice):
    model = MODELS[MISSING]
    pick(choice, model.title)
    assert choice.backbone() == MISSING
    assert not choice.banner.isHidden()
    text = choice.banner.label.text().replace("\u200b", "")
    assert model.title in text
    assert model.size_text in text
    assert model.licence.name in text
    assert "Three ways on" in choice.banner.toolTip()
    choice.use_built_in.click()
    assert choice.backbone() == "daisy"
    assert choice.banner.isHidden()


def test_a_network_without_a_hub_cannot_be_downloaded(choice):
    without = next(model for model in MODELS.values() if not model.hub)
    pick(choice, without.title)
    assert choice.download.isHidden()
    assert not choice.choose_file.isHidden()


def test_a_checkpoint_file_is_chosen(choice, opening, tmp_path, monkeypatch):
    monkeypatch.setattr(dialogs, "file_to_open", lambda *_: tmp_path / "mine.pth")
    choice.file_wanted.connect(opening.choose_file)
    pick(choice, FILE)
    assert choice.backbone() == tmp_path / "mine.pth"
    assert choice.combo.currentText() == "mine.pth"
    choice.refresh("daisy")
    assert choice.backbone() == "daisy"


def test_a_closed_file_dialog_changes_nothing(choice, opening, monkeypatch):
    monkeypatch.setattr(dialogs, "file_to_open", lambda *_: None)
    choice.file_wanted.connect(opening.choose_file)
    pick(choice, FILE)
    assert choice.backbone() == "daisy"
    assert choice.combo.currentText() == BUILT_IN_ENTRY.title


def test_nothing_is_downloaded_before_the_licence_is_accepted(choice, opening, monkeypatch):
    asked = []
    monkeypatch.setattr(dialogs, "agrees", lambda *texts: asked.append(texts) or False)
    monkeypatch.setattr("napari_dinosar.backbones.load_backbone", lambda *_, **__: 1 / 0)
    choice.download_wanted.connect(opening.download)
    pick(choice, MODELS[MISSING].title)
    choice.download.click()
    assert len(asked) == 1
    assert any(MODELS[MISSING].licence.url in str(text) for text in asked[0])
    assert not opening._jobs.busy


def test_a_download_reports_and_can_be_cancelled(choice, opening, monkeypatch, qtbot):
    def download(key, *, accept_licence, progress, **_):
        assert accept_licence
        while True:
            progress(12_000_000, 86_000_000)

    stages = []
    opening._jobs.progressed.connect(lambda *step: stages.append(step))
    monkeypatch.setattr(dialogs, "agrees", lambda *_: True)
    monkeypatch.setattr("napari_dinosar.backbones.load_backbone", download)
    choice.download_wanted.connect(opening.download)
    pick(choice, MODELS[MISSING].title)
    choice.download.click()
    title = MODELS[MISSING].title
    qtbot.waitUntil(lambda: (f"Downloading {title}: 12 of 86 MB", 12, 86) in stages)
    with qtbot.waitSignal(opening._jobs.cancelled):
        opening._jobs.cancel()
    assert choice.backbone() == MISSING
