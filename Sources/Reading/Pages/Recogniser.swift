import CLeptonica
import CTesseract
import Glibc

/// A word that was recognised, at its place in the image.
struct RecognisedWord {
    var text: String
    var box: PixelBox
    /// From 0 to 1.
    var confidence: Float
    /// Whether it stands on the layer of labels.
    var isOnColour = false
}

/// Tesseract, for French. It belongs to one thread, and is kept: it takes a tenth of a second to make.
final class Recogniser {
    enum Layout {
        /// As much text as can be found, anywhere.
        case sparse
        /// Columns, paragraphs and lines.
        case structured
        /// One line and nothing else.
        case line

        fileprivate var mode: TessPageSegMode {
            switch self {
            case .sparse: PSM_SPARSE_TEXT
            case .structured: PSM_AUTO
            case .line: PSM_SINGLE_LINE
            }
        }
    }

    private let api: OpaquePointer

    init() throws(ReadingError) {
        Self.staysOnThisThread()
        guard let api = TessBaseAPICreate() else { throw .readerFailed("TessBaseAPICreate") }
        guard TessBaseAPIInit3(api, nil, "fra") == 0 else {
            TessBaseAPIDelete(api)
            throw .readerFailed("tesseract-ocr-fra")
        }
        // Tesseract writes its complaints to a file of debugging, which is by default the errors of this process.
        TessBaseAPISetVariable(api, "debug_file", "/dev/null")
        self.api = api
    }

    deinit {
        TessBaseAPIEnd(api)
        TessBaseAPIDelete(api)
    }

    /// What stands in an image of one channel, or less of it once the time is over.
    func words(
        _ image: Bitmap, _ layout: Layout, alphabet: PageAlphabet = .any, milliseconds: Int
    ) throws(ReadingError) -> [RecognisedWord] {
        TessBaseAPISetPageSegMode(api, layout.mode)
        TessBaseAPISetVariable(api, "tessedit_char_whitelist", alphabet.whitelist)
        TessBaseAPISetImage2(api, image.pix)
        // Without a resolution it warns and guesses one; its size matters to nothing else.
        TessBaseAPISetSourceResolution(api, 300)
        defer { TessBaseAPIClear(api) }
        guard let monitor = TessMonitorCreate() else { throw .readerFailed("TessMonitorCreate") }
        defer { TessMonitorDelete(monitor) }
        TessMonitorSetDeadlineMSecs(monitor, Int32(clamping: milliseconds))
        guard TessBaseAPIRecognize(api, monitor) == 0 else { return [] }
        return found()
    }

    private func found() -> [RecognisedWord] {
        guard let iterator = TessBaseAPIGetIterator(api) else { return [] }
        defer { TessResultIteratorDelete(iterator) }
        var words: [RecognisedWord] = []
        repeat {
            guard let raw = TessResultIteratorGetUTF8Text(iterator, RIL_WORD) else { continue }
            defer { TessDeleteText(raw) }
            let text = String(cString: raw)
            var (left, top, right, bottom): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
            let place = TessResultIteratorGetPageIteratorConst(iterator)
            guard TessPageIteratorBoundingBox(place, RIL_WORD, &left, &top, &right, &bottom) != 0,
                right > left, bottom > top, text.unicodeScalars.contains(where: { !$0.properties.isWhitespace })
            else { continue }
            let confidence = TessResultIteratorConfidence(iterator, RIL_WORD)
            words.append(
                RecognisedWord(
                    text: text,
                    box: PixelBox(x: Int(left), y: Int(top), width: Int(right - left), height: Int(bottom - top)),
                    confidence: confidence.isFinite ? min(1, max(0, confidence / 100)) : 0))
        } while TessResultIteratorNext(iterator, RIL_WORD) != 0
        return words
    }

    /// Tesseract spreads over threads through OpenMP, and is several times slower for it. The variable that forbids it
    /// is read when the library is loaded; in a process that was started without it, this does the same.
    private static func staysOnThisThread() {
        typealias Setter = @convention(c) (Int32) -> Void
        guard let symbol = dlsym(nil, "omp_set_max_active_levels") else { return }
        unsafeBitCast(symbol, to: Setter.self)(0)
    }
}

extension PageAlphabet {
    /// Empty when every character may come.
    fileprivate var whitelist: String {
        switch self {
        case .any: ""
        case .digits: "0123456789"
        case .number: "0123456789.,-/:%'"
        case .code: "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        }
    }
}
