"""Any causal or encoder-decoder checkpoint that transformers knows, as a `Decoder`."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import torch
import transformers
from torch import Tensor
from transformers.cache_utils import DynamicCache, EncoderDecoderCache
from transformers.modeling_outputs import BaseModelOutput

from engine.device import SMALL, Device, dtype_name
from engine.errors import DeviceError, EngineError, ModelError
from engine.models.base import DecoderState
from engine.models.families import read_config
from engine.models.formats import choose_format
from engine.models.kv_cache import KVCache
from engine.models.packing import pack_products
from engine.models.split import load_split
from engine.models.states import CausalState, Seq2SeqState
from engine.models.weights import check_weights

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()

_UNBOUNDED = 2048  # relative positions have no table to outgrow; longer texts than this are not trained on
_MOST_OF_IT = 0.5  # the share of packed weights from which a model is said to be held so
_OPTIONS = {
    "local_files_only": True,
    "trust_remote_code": False,
    "use_safetensors": True,
    "output_loading_info": True,
}
_ATTENTION = {"full_attention", "sliding_attention", "chunked_attention"}


class _Pretrained:
    """Facts that both kinds of decoder state about their model."""

    def __init__(self, model: Any, device: torch.device, weights: str = "") -> None:
        self._model = model
        self.device = device
        self.weights = weights or dtype_name(model.dtype)  # how they are held, by name
        config, generation = model.config.get_text_config(decoder=True), model.generation_config
        head = model.get_output_embeddings()
        self.vocab_size: int = config.vocab_size if head is None else head.weight.shape[0]
        positions = getattr(config, "max_position_embeddings", None) or getattr(config, "n_positions", None)
        self.context_length: int = positions or _UNBOUNDED
        ends = _first(generation.eos_token_id, config.eos_token_id)
        self.end_ids: frozenset[int] = frozenset(ends if isinstance(ends, list) else () if ends is None else (ends,))
        self.pad_id: int = _first(config.pad_token_id, generation.pad_token_id, *sorted(self.end_ids), 0)
        self._parameters = frozenset(inspect.signature(model.forward).parameters)
        self._suppressed = self._suppressed_ids(generation)
        self.parallel = self._suppressed is None  # `all_logits` scores texts and leaves nothing out

    def _suppressed_ids(self, generation: Any) -> Tensor | None:
        single = [ids[0] for ids in generation.bad_words_ids or () if len(ids) == 1]
        ids = sorted({*single, *(generation.suppress_tokens or ())})
        return torch.tensor(ids, device=self.device) if ids else None

    def _last(self, logits: Tensor) -> Tensor:
        last = logits[:, -1].float()
        return last if self._suppressed is None else last.index_fill(1, self._suppressed, -torch.inf)


class PretrainedCausal(_Pretrained):
    """Read and continue rows with a causal transformers model."""

    def __init__(self, model: Any, device: torch.device, weights: str = "") -> None:
        super().__init__(model, device, weights)
        config = model.config.get_text_config(decoder=True)
        start = _first(config.bos_token_id, *sorted(self.end_ids), 0)
        self.start_ids: tuple[int, ...] = (start,)

    def new_state(self, rows: int) -> DecoderState:  # noqa: ARG002 - the cache takes its rows from what it is given
        """Return an empty state."""
        return CausalState(KVCache())

    def prefill(self, ids: Tensor, state: DecoderState, mask: Tensor | None = None) -> tuple[Tensor, DecoderState]:
        """Read `ids` (B, T); return logits (B, V) after the last. `mask` (B, T) is False on left padding."""
        return self._last(self._forward(ids, state, mask, hidden=False).logits), state

    def step(self, ids: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read one id per row, (B,); return logits (B, V)."""
        return self._last(self._forward(ids[:, None], state, None, hidden=False).logits), state

    def hidden(
        self, ids: Tensor, state: DecoderState, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor, DecoderState]:
        """Read `ids` (B, T); return logits (B, V), the last hidden layer (B, T, H), and the state."""
        output = self._forward(ids, state, mask, hidden=True)
        return self._last(output.logits), output.hidden_states[-1].float(), state

    def all_logits(self, ids: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read `ids` (B, T) after what `state` holds; return logits (B, T, V) after every one of them."""
        return self._forward(ids, state, None, hidden=False, last_only=False).logits.float(), state

    @torch.inference_mode()
    def _forward(
        self, ids: Tensor, state: DecoderState, mask: Tensor | None, *, hidden: bool, last_only: bool = True
    ) -> Any:
        assert isinstance(state, CausalState)
        seen = state.extend(ids, mask)
        options: dict[str, Any] = {"logits_to_keep": 1} if last_only and "logits_to_keep" in self._parameters else {}
        if seen is not None and "position_ids" in self._parameters:
            positions = seen.long().cumsum(1) - 1
            options["position_ids"] = positions[:, -ids.shape[1] :].clamp_(min=0)
        return self._model(
            input_ids=ids,
            attention_mask=seen,
            cache=state.cache,
            use_cache=True,
            output_hidden_states=hidden,
            **options,
        )


class PretrainedSeq2Seq(_Pretrained):
    """Write with a transformers encoder-decoder while looking at an encoded source."""

    def __init__(self, model: Any, device: torch.device, weights: str = "") -> None:
        super().__init__(model, device, weights)
        config, generation = model.config, model.generation_config
        start = _first(
            generation.decoder_start_token_id, config.decoder_start_token_id, generation.bos_token_id, self.pad_id
        )
        forced = generation.forced_bos_token_id
        self.start_ids: tuple[int, ...] = (start,) if forced is None else (start, forced)
        self.source_length: int = self.context_length

    def new_state(self, rows: int) -> DecoderState:
        """Raise ValueError: there is nothing to write without a source, see `encode`."""
        raise ValueError(f"an encoder-decoder needs a source for its {rows} rows: call encode")

    @torch.inference_mode()
    def encode(self, source: Tensor, mask: Tensor) -> DecoderState:
        """Encode `source` (B, S), `mask` (B, S) bool False on right padding; return an empty state over it."""
        some = None if bool(mask.all()) else mask
        encoded = self._model.get_encoder()(input_ids=source, attention_mask=some).last_hidden_state
        rows = torch.arange(source.shape[0], device=source.device)
        return Seq2SeqState(KVCache(), DynamicCache(), encoded, some, rows)

    def prefill(self, ids: Tensor, state: DecoderState, mask: Tensor | None = None) -> tuple[Tensor, DecoderState]:
        """Read `ids` (B, T); return logits (B, V) after the last. Raises ValueError for padded rows."""
        if mask is not None and not bool(mask.all()):
            raise ValueError("the rows an encoder-decoder begins with must be equally long")
        return self._last(self._forward(ids, state, hidden=False).logits), state

    def step(self, ids: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read one id per row, (B,); return logits (B, V)."""
        return self._last(self._forward(ids[:, None], state, hidden=False).logits), state

    def hidden(
        self, ids: Tensor, state: DecoderState, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor, DecoderState]:
        """Read `ids` (B, T); return logits (B, V), the last hidden layer (B, T, H), and the state."""
        if mask is not None and not bool(mask.all()):
            raise ValueError("the rows an encoder-decoder begins with must be equally long")
        output = self._forward(ids, state, hidden=True)
        return self._last(output.logits), output.decoder_hidden_states[-1].float(), state

    @torch.inference_mode()
    def cross_attention(self, source: Tensor, ids: Tensor) -> Tensor:
        """Return how each layer and head looks at `source` (S,) while it reads `ids` (T,): (L, heads, T, S)."""
        implementation = self._model.config._attn_implementation
        self._model.set_attn_implementation("eager")  # the others keep no weights
        try:
            output = self._model(
                input_ids=source[None], decoder_input_ids=ids[None], output_attentions=True, use_cache=False
            )
        finally:
            self._model.set_attn_implementation(implementation)
        return torch.cat(output.cross_attentions).float()

    @torch.inference_mode()
    def _forward(self, ids: Tensor, state: DecoderState, *, hidden: bool) -> Any:
        assert isinstance(state, Seq2SeqState)
        return self._model(
            encoder_outputs=BaseModelOutput(last_hidden_state=state.encoded),  # pyright: ignore[reportArgumentType]
            attention_mask=state.mask,
            decoder_input_ids=ids,
            cache=EncoderDecoderCache(state.cache, state.cross),
            use_cache=True,
            output_hidden_states=hidden,
        )


def load(folder: Path, device: Device) -> PretrainedCausal | PretrainedSeq2Seq:
    """Return the decoder in `folder`, on `device`.

    Raises ModelError for a folder that is incomplete, damaged, of an unknown kind, or without
    safetensors weights; DeviceError when memory does not suffice.
    """
    config = read_config(folder)
    check_weights(folder)
    seq2seq = bool(config.get("is_encoder_decoder"))
    loader = transformers.AutoModelForSeq2SeqLM if seq2seq else transformers.AutoModelForCausalLM
    small = choose_format(device) if device.weights in SMALL and not device.split else None
    options = {**_OPTIONS, "dtype": small.dtype if small else device.dtype}
    try:
        if device.split:
            model, report = load_split(loader, folder, device, options)
        else:
            model, report = loader.from_pretrained(folder, **options)  # pyright: ignore[reportGeneralTypeIssues]
        share = pack_products(model, model.get_output_embeddings(), small) if small else 0.0
        model = (model if device.split else model.to(device.torch_device)).eval()
    except EngineError:
        raise
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise DeviceError(
            f"There is not enough memory for the model in {folder} on {device.description}: "
            "choose a smaller model or close other programs."
        ) from error
    except Exception as error:  # transformers and safetensors raise many kinds for a bad folder
        raise ModelError(
            f"The model in {folder} cannot be loaded; it is damaged or of an unknown kind. "
            "Download it again or choose another."
        ) from error
    if report["missing_keys"] or report["mismatched_keys"]:
        raise ModelError(f"The weights of the model in {folder} are incomplete: download it again.")
    _check_memory_kind(model, folder)
    held = small.name if small and share > _MOST_OF_IT else ""
    return (PretrainedSeq2Seq if seq2seq else PretrainedCausal)(model, device.torch_device, held)


def _check_memory_kind(model: Any, folder: Path) -> None:
    config = model.config.get_text_config(decoder=True)
    kinds = set(getattr(config, "layer_types", None) or ())
    if model._is_stateful or not kinds <= _ATTENTION:
        raise ModelError(
            f"The model in {folder} remembers text in a way that is not supported yet ({config.model_type}): "
            "choose one built on attention alone."
        )


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)
