//! What stands around every page of an organisation: top bar, navigation, the page, toasts.

pub mod connection;
pub mod inbox;
pub mod organization;
pub mod organization_switch;
pub mod shortcuts;
pub mod status;
pub mod theme;
pub mod top_bar;
pub mod user_menu;
