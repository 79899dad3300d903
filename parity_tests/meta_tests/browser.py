"""A real browser without a window, for pages of ours: what it says, where things lie, what axe-core finds."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM, DRIVER = (shutil.which(name) for name in ("chromium", "chromedriver"))
AXE = os.environ.get("BACKPROOF_AXE", "")  # axe.min.js of axe-core
OPTIONS = (
    "headless", "no-sandbox", "disable-gpu", "disable-background-networking", "disable-component-update",
    "disable-sync", "disable-dev-shm-usage", "force-color-profile=srgb",
)  # fmt: skip
WIDTHS = (390, 800, 1050, 1400)


@contextmanager
def opened(page: Path, profile: Path, script: bool = True) -> Iterator[Any]:
    """A selenium driver that has loaded the page, with a profile of its own."""
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for option in (*OPTIONS, f"user-data-dir={profile}"):
        options.add_argument(f"--{option}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})  # type: ignore[no-untyped-call, unused-ignore]
    driver = Chrome(options=options, service=Service(DRIVER))
    try:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not script})
        driver.get(page.resolve().as_uri())
        yield driver
    finally:
        driver.quit()


def seen(driver: Any, dark: bool = False, media: str = "screen") -> None:
    """Lets the page be light or dark, on a screen or in print."""
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": [scheme]})


def wide(driver: Any, width: int, height: int = 900) -> None:
    """Lets the page be so many pixels wide, as on a telephone."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def sideways(driver: Any) -> list[str]:
    """The elements that reach beyond the page's right border, or scroll sideways by themselves."""
    return list(
        driver.execute_script(
            """
            const wide = document.documentElement.clientWidth;
            return [...document.querySelectorAll("body *")].filter((each) => {
              const box = each.getBoundingClientRect();
              return box.width > 0 && (box.right > wide + 1 || each.scrollWidth > each.clientWidth + 1 &&
                ["auto", "scroll"].includes(getComputedStyle(each).overflowX));
            }).map((each) => each.outerHTML.slice(0, 120));
            """
        )
    )


def complaints(driver: Any) -> list[str]:
    """What the browser's console says, but for its own remarks."""
    return [str(entry["message"]) for entry in driver.get_log("browser")]


def axe(driver: Any) -> list[str]:
    """What axe-core finds serious or critical."""
    # Through the driver's own channel, since the page's policy lets no other script act.
    driver.execute_cdp_cmd("Runtime.evaluate", {"expression": Path(AXE).read_text("utf-8")})
    found = driver.execute_async_script("axe.run().then(arguments[arguments.length - 1])")
    return [
        f"{each['id']}: {each['help']} ({each['nodes'][0]['html'][:120]})"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]


def picture(driver: Any, path: Path, width: int) -> None:
    """The whole page at a width, as a PNG file."""
    import base64

    wide(driver, width)
    shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
    path.write_bytes(base64.b64decode(shot["data"]))
