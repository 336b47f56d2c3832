//! One reusable widget a file.
//!
//! | module | what for |
//! |---|---|
//! | [`tone`], [`icon`], [`tag`] | the few colours of meaning, the glyphs, and a state as icon and word |
//! | [`sync_state`], [`queue_state`], [`health`] | the states of a change, of a queue item, of the synchronisation |
//! | [`banner`], [`notice`], [`toast`] | a message that stays, the outcome that an address tells, one that passes |
//! | [`empty_state`], [`loading`], [`loaded`] | nothing there, not there yet, and data with all three |
//! | [`relative_time`], [`duration`] | "3 min ago" with the exact time, "1.2 s" |
//! | [`attempts_table`] | requests to PEMS with its answers |
//! | [`table_frame`], [`pages`], [`record_link`] | wide tables that scroll in their frame; long ones page by page; the way to a record |
//! | [`place_inputs`], [`action_outcome`] | what forms carry along, and what came of them |
//! | [`dialog`], [`progress`] | native dialog that an address opens; how far something is |
//! | [`grid`] | the records grid, with everything that it stands on |
//! | [`form_field`] | a form's inputs with their hints and faults |
//! | [`field_value`], [`field_input`], [`change_list`] | a record's fields: shown, edited, before → after |
//! | [`compared_value`] | a field's value with what makes it differ from another |
//! | [`selection`] | rows that are ticked, one by one or with Shift |
//! | [`shortcut`] | keys that do something wherever the focus is |

pub mod action_outcome;
pub mod attempts_table;
pub mod banner;
pub mod change_list;
pub mod chart;
pub mod compared_value;
pub mod dialog;
pub mod duration;
pub mod empty_state;
pub mod field_input;
pub mod field_value;
pub mod figure;
pub mod form_field;
pub mod grid;
pub mod health;
pub mod icon;
pub mod loaded;
pub mod loading;
pub mod notice;
pub mod pages;
pub mod place_inputs;
pub mod progress;
pub mod queue_state;
pub mod record_link;
pub mod relative_time;
pub mod selection;
pub mod shortcut;
pub mod sync_state;
pub mod table_frame;
pub mod tag;
pub mod timeline;
pub mod toast;
pub mod tone;
