//! The least a window of a web view can be: what the benchmarks measure Billhook's against. Shows the address it is given.

use tao::event::{Event, WindowEvent};
use tao::event_loop::{ControlFlow, EventLoop};
use tao::window::WindowBuilder;
use wry::WebViewBuilder;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let events = EventLoop::new();
    let size = tao::dpi::LogicalSize::new(1280.0, 800.0);
    let window = WindowBuilder::new().with_title("Bare").with_inner_size(size).build(&events)?;
    let view = WebViewBuilder::new().with_incognito(true).with_url(std::env::args().nth(1).ok_or("name an address")?);
    #[cfg(target_os = "linux")]
    let _view = {
        use tao::platform::unix::WindowExtUnix;
        use wry::WebViewBuilderExtUnix;
        view.build_gtk(window.default_vbox().ok_or("no room in the window")?)?
    };
    #[cfg(not(target_os = "linux"))]
    let _view = view.build(&window)?;
    events.run(move |event, _, control| {
        *control = match event {
            Event::WindowEvent { event: WindowEvent::CloseRequested, .. } => ControlFlow::Exit,
            _ => ControlFlow::Wait,
        };
    });
}
