"""What a finished run says, as small tables and sentences: the figures behind the pages.

Every function takes a case and a plan and returns a frame or a frozen dataclass; nothing here knows a screen.
"""
