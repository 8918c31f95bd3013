"""The documentation as a site: `make docs`."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "site"))

from oedipus import __version__  # noqa: E402 - behind the path, as the next lines

project = "Oedipus"
release = version = __version__
html_show_copyright = False
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx_copybutton",
    "sphinx_design",
    "riddle_lexer",
    "command_pages",
]
exclude_patterns = ["_build", "site"]

# Every name in a docstring leads somewhere, but for those of other libraries: their inventories are on the network.
nitpicky = True
nitpick_ignore_regex = [
    (r"py:.*", r"(torch|numpy|pathlib|collections|typing|os|matplotlib|arviz|hypothesis|threading|types)\..*"),
    (r"py:.*", r"(Tensor|Path|PathLike|Callable|Iterable|Mapping|Sequence|Any|Figure|SearchStrategy|NDArray|optional)"),
    # What a result keeps of the compiler; docs/python.md says what people need of it.
    (r"py:.*", r"oedipus\.(compiler|networks|runtime|report)\..*|oedipus\.result\.Origin"),
    (r"py:.*", r"Readers|Program|Verdict|Step|Explanation"),
]

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_class_signature = "separated"
python_maximum_signature_line_length = 88

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
# A notebook that fails is a warning, and warnings are errors.
nb_execution_mode = "force"
nb_execution_timeout = 120
nb_execution_raise_on_error = True
nb_merge_streams = True

html_theme = "pydata_sphinx_theme"
html_title = "Oedipus"
html_static_path = ["site/static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_theme_options = {
    "logo": {"text": "Oedipus"},
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": [],
    "footer_end": [],
    "show_prev_next": True,
    "navigation_with_keys": False,
}
html_sidebars = {name: [] for name in ("index", "tutorial", "quickstart", "gallery", "paper")}
